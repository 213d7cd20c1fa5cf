package store

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// maxObject is what S3 takes in one request, in bytes; only a single request
// keeps its precondition.
const maxObject = 5 << 30

// Create writes an object that does not exist yet and returns its ETag. It
// returns ErrExists if there is one of that key, and ErrConflict if another
// write of it was under way to the end. The body is read from its start.
//
// An attempt whose answer got lost is repeated, and then finds its own object:
// ErrExists can be about this very call. Keys that name their content make the
// two the same.
func (b *Bucket) Create(ctx context.Context, key string, body io.ReadSeeker) (etag string, err error) {
	etag, err = b.put(ctx, &s3.PutObjectInput{Key: &key, Body: body, IfNoneMatch: aws.String("*")})
	if err != nil {
		return "", b.fail("create", key, err, ErrExists)
	}
	return etag, nil
}

// Replace writes a new version over the version that etag names and returns the
// new ETag. It returns ErrConflict if the object is not that version any more,
// or is gone. The body is read from its start.
//
// As with Create, ErrConflict can be about this very call's own write: after it,
// read the object and decide from what it says.
func (b *Bucket) Replace(ctx context.Context, key string, body io.ReadSeeker, etag string) (newETag string, err error) {
	newETag, err = b.put(ctx, &s3.PutObjectInput{Key: &key, Body: body, IfMatch: &etag})
	if err == nil {
		return newETag, nil
	}
	err = b.fail("replace", key, err, ErrConflict)
	if errors.Is(err, ErrNotFound) {
		return "", fmt.Errorf("replace %s: %w: it is gone", b.url(key), ErrConflict)
	}
	return "", err
}

func (b *Bucket) put(ctx context.Context, in *s3.PutObjectInput) (etag string, err error) {
	size, err := in.Body.(io.Seeker).Seek(0, io.SeekEnd)
	if err != nil {
		return "", err
	}
	if size > maxObject {
		return "", fmt.Errorf("%d bytes are more than the %d that a store takes in one write", size, int64(maxObject))
	}
	if _, err := in.Body.(io.Seeker).Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	in.Bucket = &b.name
	out, err := b.client.PutObject(ctx, in, b.writing)
	if err != nil {
		return "", err
	}
	return aws.ToString(out.ETag), nil
}

func (b *Bucket) delete(ctx context.Context, key string) error {
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: &key})
	if err != nil {
		return b.fail("delete", key, err, ErrConflict)
	}
	return nil
}
