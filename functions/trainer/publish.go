package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"segue.dev/events"
	"segue.dev/shared/rules"
	"segue.dev/shared/store"
	"segue.dev/shared/training"
)

// storeRules stores the object. Another training may have stored the same one.
func (t *trainer) storeRules(ctx context.Context, set *ruleSet, etag string) error {
	err := t.put(ctx, rules.Key(set.info.ID), etag, set.object)
	if errors.Is(err, store.ErrExists) {
		return nil
	}
	return err
}

// put creates the object, or replaces the one with that ETag.
func (t *trainer) put(ctx context.Context, key, etag string, body []byte) (err error) {
	if etag == "" {
		_, err = t.bucket.Create(ctx, key, bytes.NewReader(body))
	} else {
		_, err = t.bucket.Replace(ctx, key, bytes.NewReader(body), etag)
	}
	return err
}

// publish moves the pointer to set, by compare-and-swap and never back, and
// says so.
func (t *trainer) publish(ctx context.Context, changed events.DatasetChanged, set *ruleSet) error {
	for {
		current, etag, err := training.LoadCurrent(ctx, t.bucket)
		if err != nil {
			return err
		}
		if current.Generation > changed.Generation {
			slog.InfoContext(ctx, "newer rules were published meanwhile", "generation", changed.Generation, "published", current.Generation)
			return nil
		}
		next := pointerTo(set, changed.Generation)
		if current.Generation == next.Generation && current.SHA256 == next.SHA256 {
			// The attempt that published them may have ended before it could say so.
			return t.announce(ctx, current, set.seconds)
		}
		err = t.movePointer(ctx, etag, next)
		if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrExists) {
			continue // it moved since we looked
		}
		if err != nil {
			return err
		}
		return t.announce(ctx, next, set.seconds)
	}
}

// announce says that the pointer points to current. Saying it twice is right.
func (t *trainer) announce(ctx context.Context, current *rules.Current, seconds map[string]float64) error {
	slog.InfoContext(ctx, "rules published", "id", current.ID, "rules", current.Info.Rules, "generation", current.Generation)
	return t.sink.Send(ctx, published(current, seconds))
}

func pointerTo(set *ruleSet, generation int64) *rules.Current {
	sum := sha256.Sum256(set.object)
	return &rules.Current{
		ID:          set.info.ID,
		Key:         rules.Key(set.info.ID),
		Bytes:       int64(len(set.object)),
		SHA256:      hex.EncodeToString(sum[:]),
		Generation:  generation,
		PublishedAt: time.Now().UTC().Truncate(time.Second),
		Info:        set.info,
	}
}

func (t *trainer) movePointer(ctx context.Context, etag string, to *rules.Current) error {
	body, err := json.MarshalIndent(to, "", "  ")
	if err != nil {
		return err
	}
	return t.put(ctx, rules.CurrentKey, etag, body)
}

// published is the event that says that the pointer moved.
func published(current *rules.Current, seconds map[string]float64) events.RulesPublished {
	info, p := current.Info, current.Info.Parameters
	return events.RulesPublished{
		Dataset: info.Dataset.Name, Digest: info.Dataset.Digest, Generation: current.Generation,
		Rules: current.ID, Key: current.Key, Bytes: current.Bytes,
		Counts: events.Counts{
			Playlists: info.Dataset.Playlists, Tracks: info.Dataset.Tracks, Entries: info.Dataset.Entries,
			Antecedents: info.Antecedents, Rules: info.Rules,
		},
		Parameters: map[string]string{
			"MIN_SUPPORT": p.MinSupport.String(), "MIN_CONFIDENCE": strconv.FormatFloat(p.MinConfidence, 'g', -1, 64),
			"MAX_ITEMSET_SIZE": strconv.Itoa(p.MaxItemsetSize), "MAX_RULES": strconv.Itoa(p.MaxRules),
		},
		Seconds: seconds, PublishedAt: current.PublishedAt,
	}
}
