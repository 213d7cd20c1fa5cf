package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Object is an object in memory.
type Object struct {
	Body         []byte
	ETag         string // names this version, quotes included; it is no hash of the content
	LastModified time.Time
}

// Stream is an object that is being read. A body that ends before Size bytes
// ends in an error, never in io.EOF.
type Stream struct {
	Size         int64 // bytes
	ETag         string
	LastModified time.Time

	body io.ReadCloser
	url  string
}

// Read reads the body.
func (s *Stream) Read(p []byte) (n int, err error) {
	n, err = s.body.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("read %s: %w", s.url, err)
	}
	return n, err
}

// Close ends the reading, be it done or not.
func (s *Stream) Close() error { return s.body.Close() }

// Get returns the object whole. With ifNoneMatch, the ETag of a version that
// the caller has, it returns ErrNotModified if that is still the current one;
// empty means always.
func (b *Bucket) Get(ctx context.Context, key, ifNoneMatch string) (*Object, error) {
	s, err := b.Stream(ctx, key, ifNoneMatch)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	body := make([]byte, s.Size)
	if _, err := io.ReadFull(s, body); err != nil {
		return nil, err
	}
	return &Object{Body: body, ETag: s.ETag, LastModified: s.LastModified}, nil
}

// Reader returns the object's body, for the caller to close, and its size in
// bytes.
func (b *Bucket) Reader(ctx context.Context, key string) (io.ReadCloser, int64, error) {
	s, err := b.Stream(ctx, key, "")
	if err != nil {
		return nil, 0, err
	}
	return s, s.Size, nil
}

// Stream opens the object, for the caller to close; ifNoneMatch is as in Get.
// The context governs the reading, too.
func (b *Bucket) Stream(ctx context.Context, key, ifNoneMatch string) (*Stream, error) {
	in := &s3.GetObjectInput{Bucket: &b.name, Key: &key}
	if ifNoneMatch != "" {
		in.IfNoneMatch = &ifNoneMatch
	}
	out, err := b.client.GetObject(ctx, in)
	if err != nil {
		return nil, b.fail("get", key, err, ErrNotModified)
	}
	if out.ContentLength == nil {
		out.Body.Close()
		return nil, fmt.Errorf("get %s: %w", b.url(key), errNoLength)
	}
	return &Stream{
		Size:         *out.ContentLength,
		ETag:         aws.ToString(out.ETag),
		LastModified: aws.ToTime(out.LastModified),
		body:         out.Body,
		url:          b.url(key),
	}, nil
}

// errNoLength: without a length, a body cut short looks like a whole one.
var errNoLength = errors.New("the store did not say how long the object is")

// Stat returns the object's size in bytes and its ETag.
func (b *Bucket) Stat(ctx context.Context, key string) (size int64, etag string, err error) {
	out, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key})
	if err != nil {
		return 0, "", b.fail("stat", key, err, ErrConflict)
	}
	return aws.ToInt64(out.ContentLength), aws.ToString(out.ETag), nil
}
