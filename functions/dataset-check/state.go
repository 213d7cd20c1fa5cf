package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"segue.dev/events"
	"segue.dev/shared/rules"
	"segue.dev/shared/store"
	"segue.dev/shared/training"
)

// state is what dataset-check remembers between two ticks.
type state struct {
	events.Snapshot
	// Location is a hash of the URL, which may hold secrets.
	Location string `json:"location"`
	// ETag is what the dataset's server called this content.
	ETag string `json:"etag,omitempty"`
	// Rules is the identity of the rules that this snapshot should give.
	Rules string `json:"rules"`
	// Rejected is why the snapshot is no dataset; empty if it is one.
	Rejected string `json:"rejected,omitempty"`
	// Attempts counts the events sent for this snapshot and these rules.
	Attempts int `json:"attempts"`
	// NextAttempt is when the event may be sent again.
	NextAttempt time.Time `json:"next_attempt,omitzero"`

	etag string // of the state's own object; "" while there is none
}

func (c *checker) stateKey() string {
	return "state/dataset-check/" + url.PathEscape(c.Training.Dataset) + ".json"
}

func (c *checker) loadState(ctx context.Context) (*state, error) {
	s := new(state)
	object, err := c.bucket.Get(ctx, c.stateKey(), "")
	if errors.Is(err, store.ErrNotFound) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(object.Body, s); err != nil {
		return nil, fmt.Errorf("%s is damaged (%w): delete it, the next tick makes a new one", c.stateKey(), err)
	}
	s.etag = object.ETag
	return s, nil
}

// save keeps s, unless another check was faster: then this one did its work
// on old knowledge and must be done again.
func (c *checker) save(ctx context.Context, s *state) error {
	body, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	s.etag, err = c.bucket.Swap(ctx, c.stateKey(), bytes.NewReader(body), s.etag)
	return err
}

// loadCurrent gives the pointer to the published rules. One whose rules are not
// there, or cut short, names no rules: they are to be made again.
func (c *checker) loadCurrent(ctx context.Context) (*rules.Current, error) {
	current, _, err := training.LoadCurrent(ctx, c.bucket)
	if err != nil || current.ID == "" {
		return current, err
	}
	bytes, _, err := c.bucket.Stat(ctx, current.Key)
	if errors.Is(err, store.ErrNotFound) || err == nil && bytes != current.Bytes {
		slog.WarnContext(ctx, "published rules are gone or cut short", "key", current.Key)
		current.ID, err = "", nil
	}
	return current, err
}
