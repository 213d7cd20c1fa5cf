package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"segue.dev/events"
	"segue.dev/shared/dataset"
	"segue.dev/shared/rules"
	"segue.dev/shared/store"
)

// A checker compares what is with what should be. It is level-triggered: each
// tick starts from the dataset and the published rules as they are, so an
// event that was lost, or a crash at any line, is healed by the next tick.
type checker struct {
	Config
	bucket *store.Bucket
	sink   *events.Sink
}

func (c *checker) tick(ctx context.Context, e events.Event) error {
	if e.Type() != events.TypePing {
		return events.Refuse(fmt.Errorf("event of type %q came where %q belongs: correct the Trigger's filter", e.Type(), events.TypePing))
	}
	seen, err := c.loadState(ctx)
	if err != nil {
		return err
	}
	current, err := c.loadCurrent(ctx)
	if err != nil {
		return err
	}
	if err := c.observe(ctx, seen, current); err != nil {
		return err
	}
	return c.announce(ctx, seen, current)
}

// observe brings s up to the dataset as it is now.
func (c *checker) observe(ctx context.Context, s *state, current *rules.Current) error {
	holds, err := c.stillHolds(ctx, s, current)
	if err != nil {
		return err
	}
	known := ""
	if holds {
		known = s.ETag
	}
	got, err := c.fetch(ctx, known)
	if errors.Is(err, errNotModified) {
		return nil
	}
	if err != nil {
		return err
	}
	defer got.close()
	if holds && got.digest == s.Digest && got.etag == s.ETag {
		return nil
	}
	return c.keep(ctx, s, got, current)
}

// stillHolds tells whether s describes this URL under these settings, and its
// snapshot is there for as long as it has no rules. Otherwise the dataset
// needs a fresh look, whatever its server says of changes.
func (c *checker) stillHolds(ctx context.Context, s *state, current *rules.Current) (bool, error) {
	if s.Digest == "" || s.Location != c.location() || s.Rules != c.Training.ID(s.Digest) {
		return false, nil
	}
	if current.ID == s.Rules {
		return true, nil
	}
	_, _, err := c.bucket.Stat(ctx, s.Key)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return true, err
}

// keep stores the content as a snapshot, checks that it is a dataset, and
// remembers it. A content or settings that were not seen before make a new
// generation.
func (c *checker) keep(ctx context.Context, s *state, got *content, current *rules.Current) error {
	key := "datasets/" + got.digest[len("sha256:"):]
	if _, err := c.bucket.Create(ctx, key, got.file); err != nil && !errors.Is(err, store.ErrExists) {
		return err
	}
	if wanted := c.Training.ID(got.digest); wanted != s.Rules {
		slog.InfoContext(ctx, "dataset fetched", "url", c.redactedURL(), "bytes", got.bytes, "digest", got.digest)
		rejected, err := c.inspect(ctx, got)
		if err != nil {
			return err
		}
		s.Generation = nextGeneration(s, current, wanted)
		s.Rules, s.Rejected, s.Attempts, s.NextAttempt, s.DetectedAt = wanted, rejected, 0, time.Time{}, time.Now().UTC()
	}
	s.Dataset, s.URL, s.Location = c.Training.Dataset, c.redactedURL(), c.location()
	s.Digest, s.Bytes, s.Key, s.ETag = got.digest, got.bytes, key, got.etag
	return c.save(ctx, s)
}

// nextGeneration is higher than every generation before it, except where the
// wanted rules are published already and only this state is behind.
func nextGeneration(s *state, current *rules.Current, wanted string) int64 {
	if current.ID == wanted && current.Generation > s.Generation {
		return current.Generation
	}
	return max(s.Generation, current.Generation) + 1
}

// inspect reads the whole content once, so that the trainer is never asked to
// train on something that is no dataset. It gives the reason if it is none.
func (c *checker) inspect(ctx context.Context, got *content) (rejected string, err error) {
	if _, err := got.file.Seek(0, 0); err != nil {
		return "", err
	}
	data, err := dataset.Read(got.file, c.Training.Reading)
	if refused := (*dataset.Error)(nil); errors.As(err, &refused) {
		return refused.Error(), nil
	}
	if err != nil {
		return "", err
	}
	slog.InfoContext(ctx, "dataset read", "playlists", data.Playlists.Len(), "tracks", len(data.Tracks), "entries", data.Entries)
	return "", nil
}

// announce sends the event that s calls for, if any.
func (c *checker) announce(ctx context.Context, s *state, current *rules.Current) error {
	log := slog.With("digest", s.Digest, "generation", s.Generation)
	var event events.Data
	switch {
	case s.Rejected != "" && s.Attempts > 0:
		log.WarnContext(ctx, "dataset unchanged since it was rejected", "reason", s.Rejected)
		return nil
	case s.Rejected != "":
		log.ErrorContext(ctx, "dataset rejected", "reason", s.Rejected, "snapshot", s.Key)
		event = events.DatasetRejected{Snapshot: s.Snapshot, Reason: s.Rejected}
	case current.ID == s.Rules && current.Generation >= s.Generation:
		log.InfoContext(ctx, "dataset unchanged", "rules", s.Rules)
		return c.settle(ctx, s, current)
	case time.Now().Before(s.NextAttempt):
		log.WarnContext(ctx, "dataset still without rules", "attempts", s.Attempts, "next_attempt", s.NextAttempt)
		return nil
	default:
		log.InfoContext(ctx, "dataset changed", "attempt", s.Attempts+1)
		event = events.DatasetChanged{Snapshot: s.Snapshot, Rules: s.Rules, Attempt: s.Attempts + 1}
	}
	if err := c.sink.Send(ctx, event); err != nil {
		return err
	}
	s.Attempts++
	s.NextAttempt = time.Now().UTC().Add(retryDelay(s.Attempts))
	return c.save(ctx, s)
}

// settle remembers that the rules are published, so that the attempts that it
// took do not delay those that another loss may need.
func (c *checker) settle(ctx context.Context, s *state, current *rules.Current) error {
	if s.Attempts == 0 && s.Generation == current.Generation {
		return nil
	}
	s.Attempts, s.NextAttempt, s.Generation = 0, time.Time{}, current.Generation
	return c.save(ctx, s)
}

// retryDelay is how long after an attempt the next may follow. A lost event
// is healed by the very next tick; a dataset that cannot be trained is tried
// less and less often, up to once a day.
func retryDelay(attempts int) time.Duration {
	if attempts < 2 {
		return 0
	}
	return min(24*time.Hour, 5*time.Minute<<min(attempts-1, 12))
}

// redactedURL is the URL as it may be told to everyone.
func (c *checker) redactedURL() string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return c.URL
	}
	u.RawQuery = "" // a signature or a token
	return u.Redacted()
}

// location tells URLs apart without telling what they hold.
func (c *checker) location() string {
	sum := sha256.Sum256([]byte(c.URL))
	return hex.EncodeToString(sum[:8])
}
