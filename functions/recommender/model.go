package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"segue.dev/shared/rules"
	"segue.dev/shared/store"
)

// model is one rule set with what an answer says of it. It is immutable, so a
// request that holds it is answered from it alone, whatever is loaded meanwhile.
type model struct {
	rules    *rules.Rules
	current  *rules.Current
	etag     string // of the pointer
	loadedAt time.Time
	date     string // when the rules were published, RFC 3339
	id       string // of the rules
	dataset  string // digest of the dataset that they were made of
}

// errRefused marks rules that are not fit to be served. The same objects will
// be refused again.
var errRefused = errors.New("rules refused")

// loadModel gets the rule set that the pointer names. Errors are errRefused
// with the reason, or those of the bucket. A rule set that before, which may be
// nil, holds already is not fetched again.
func loadModel(ctx context.Context, bucket *store.Bucket, memory memory, pointer *store.Object, before *model, pace rules.Pace) (*model, error) {
	current, err := rules.ParseCurrent(pointer.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errRefused, err)
	}
	if before != nil && before.current.ID == current.ID && before.current.SHA256 == current.SHA256 {
		return newModel(before.rules, current, pointer.ETag), nil
	}
	set, err := readRules(ctx, bucket, memory, current, pace)
	if err != nil {
		return nil, err
	}
	return newModel(set, current, pointer.ETag), nil
}

// readRules reads the rule set, which must be the one that current describes.
func readRules(ctx context.Context, bucket *store.Bucket, memory memory, current *rules.Current, pace rules.Pace) (*rules.Rules, error) {
	object, err := bucket.Stream(ctx, current.Key, "")
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("%w: %s, which %s names, is not in the bucket", errRefused, current.Key, rules.CurrentKey)
	}
	if err != nil {
		return nil, err
	}
	defer object.Close()
	if object.Size != current.Bytes {
		return nil, fmt.Errorf("%w: %s: %d bytes where %s says %d: cut short or not the same object", errRefused, current.Key, object.Size, rules.CurrentKey, current.Bytes)
	}
	if err := memory.fits(object.Size); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", errRefused, current.Key, err)
	}
	set, err := rules.Read(object, object.Size, pace)
	if errors.Is(err, rules.ErrCutOff) {
		return nil, err
	}
	if err == nil && set.Info().ID != current.ID {
		err = fmt.Errorf("holds the rules %s", set.Info().ID)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", errRefused, current.Key, err)
	}
	return set, nil
}

func newModel(set *rules.Rules, current *rules.Current, etag string) *model {
	return &model{
		rules:    set,
		current:  current,
		etag:     etag,
		loadedAt: time.Now().UTC().Truncate(time.Second),
		date:     current.PublishedAt.UTC().Format(time.RFC3339),
		id:       set.Info().ID,
		dataset:  set.Info().Dataset.Digest,
	}
}
