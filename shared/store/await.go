package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// OpenForWriting opens the bucket and returns once the store has shown that it
// honours conditional writes. While the store cannot be reached it tries
// again, and logs why, until ctx is done; a store that ignores conditional
// writes is ErrUnsuitable at once.
func OpenForWriting(ctx context.Context, config Config) (*Bucket, error) {
	bucket, err := Open(ctx, config)
	if err != nil {
		return nil, err
	}
	check := func() (*Bucket, error) {
		err := bucket.CheckConditionalWrites(ctx)
		if errors.Is(err, ErrUnsuitable) {
			err = backoff.Permanent(err)
		}
		return bucket, err
	}
	return backoff.Retry(ctx, check, backoff.WithMaxElapsedTime(0), backoff.WithNotify(func(err error, next time.Duration) {
		slog.WarnContext(ctx, "waiting for the bucket", "error", err, "next", next.Round(time.Millisecond).String())
	}))
}
