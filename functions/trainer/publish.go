package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
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
	_, err := t.bucket.Swap(ctx, rules.Key(set.info.ID), bytes.NewReader(set.object), etag)
	if errors.Is(err, store.ErrExists) {
		return nil
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
		if err := t.guard(current, set); err != nil {
			return events.Refuse(err)
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

// guard refuses rules that are far worse than those they replace: more likely
// than everyone's taste, the dataset broke.
func (t *trainer) guard(current *rules.Current, set *ruleSet) error {
	before, after := current.Info.Quality, set.info.Quality
	if before == nil || t.maxQualityLoss >= 1 {
		return nil
	}
	if after == nil {
		return fmt.Errorf("the dataset shrank to %d playlists, too few to measure the quality of the rules: %s", set.info.Dataset.Playlists, override)
	}
	if least := before.NDCG * (1 - t.maxQualityLoss); after.NDCG < least {
		return fmt.Errorf("the rules are far worse than those they would replace: NDCG %.4f, before %.4f, refused below %.4f: %s", after.NDCG, before.NDCG, least, override)
	}
	return nil
}

const override = "look at the dataset; if it is right, set MAX_QUALITY_LOSS to 1 and let it be trained again"

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
	_, err = t.bucket.Swap(ctx, rules.CurrentKey, bytes.NewReader(body), etag)
	return err
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
		Quality: figures(info.Quality), Seconds: seconds, PublishedAt: current.PublishedAt,
	}
}

// figures are the quality as the event says it; none if it was not measured.
func figures(q *rules.Quality) map[string]float64 {
	if q == nil {
		return nil
	}
	return map[string]float64{
		"playlists": float64(q.Playlists), "seeds": float64(q.Seeds),
		"r_precision": q.RPrecision, "ndcg": q.NDCG, "hit_rate": q.HitRate,
	}
}
