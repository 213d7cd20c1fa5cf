package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// CheckConditionalWrites tries out, on an object of its own under state/probe/,
// whether the store honours the preconditions that Create and Replace rest on,
// and returns ErrUnsuitable with what the store did if it does not. Any number
// of callers may do so at once.
func (b *Bucket) CheckConditionalWrites(ctx context.Context) (err error) {
	b = b.withoutRetry()
	key := "state/probe/" + rand.Text()
	etag, err := b.Create(ctx, key, strings.NewReader("first"))
	if err != nil {
		return b.unsupported("If-None-Match", err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dialTimeout)
		defer cancel()
		if gone := b.delete(ctx, key); err == nil {
			err = gone
		}
	}()
	_, err = b.Create(ctx, key, strings.NewReader("second"))
	if err := b.mustRefuse("If-None-Match: *", err, ErrExists); err != nil {
		return err
	}
	_, err = b.Replace(ctx, key, strings.NewReader("third"), `"00000000000000000000000000000000"`)
	if err := b.mustRefuse("If-Match", err, ErrConflict); err != nil {
		return err
	}
	_, err = b.Replace(ctx, key, strings.NewReader("fourth"), etag)
	return b.unsupported("If-Match", err)
}

// withoutRetry returns the bucket with each write tried once: a repeated one
// would be refused for the sake of its own first attempt.
func (b *Bucket) withoutRetry() *Bucket {
	once := *b
	once.writing = func(o *s3.Options) { o.Retryer = aws.NopRetryer{} }
	return &once
}

// mustRefuse returns nil if err, of a write whose precondition did not hold, is
// the refusal that it should be.
func (b *Bucket) mustRefuse(precondition string, err, refusal error) error {
	if errors.Is(err, refusal) {
		return nil
	}
	if err == nil {
		return b.unsuitable("it ignores %s and overwrote an object", precondition)
	}
	return b.unsupported(precondition, err)
}

// unsupported tells a store that does not know the precondition, or that
// refuses one that holds, from other failures.
func (b *Bucket) unsupported(precondition string, err error) error {
	var answer *awshttp.ResponseError
	switch {
	case errors.As(err, &answer) && answer.HTTPStatusCode() == http.StatusNotImplemented:
		return b.unsuitable("it does not implement %s", precondition)
	case errors.Is(err, ErrExists), errors.Is(err, ErrConflict):
		return b.unsuitable("it refused a write whose %s held", precondition)
	}
	return err
}

func (b *Bucket) unsuitable(format string, fault ...any) error {
	return fmt.Errorf("bucket %s at %s: %w: %s: use a store that honours conditional writes",
		b.name, b.endpoint, ErrUnsuitable, fmt.Sprintf(format, fault...))
}
