package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"segue.dev/events"
	"segue.dev/shared/dataset"
	"segue.dev/shared/rules"
	"segue.dev/shared/store"
	"segue.dev/shared/training"
)

// A trainer does what dataset.changed events ask for. Everything it does may
// be done twice: rules are immutable and equal for equal input, and the
// pointer only moves forward.
type trainer struct {
	training training.Config
	bucket   *store.Bucket
	sink     *events.Sink
	// maxQualityLoss is how much of the quality before new rules may lose.
	maxQualityLoss float64
	turn           chan struct{} // one at a time: a training takes all cores and most of the memory
}

func newTrainer(config training.Config, maxQualityLoss float64, bucket *store.Bucket, sink *events.Sink) *trainer {
	return &trainer{training: config, maxQualityLoss: maxQualityLoss, bucket: bucket, sink: sink, turn: make(chan struct{}, 1)}
}

func (t *trainer) handle(ctx context.Context, e events.Event) error {
	changed, err := events.Decode[events.DatasetChanged](e)
	if err != nil {
		return err
	}
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	err = t.train(ctx, changed)
	if !events.Refused(err) {
		return err
	}
	failed := events.TrainingFailed{
		Dataset: changed.Dataset, Digest: changed.Digest, Generation: changed.Generation,
		Rules: changed.Rules, Reason: err.Error(), Attempt: changed.Attempt,
	}
	if lost := t.sink.Send(ctx, failed); lost != nil {
		return lost // try again, so that people hear of it
	}
	return err
}

// train publishes the rules of the changed dataset, unless newer ones are
// published already.
func (t *trainer) train(ctx context.Context, changed events.DatasetChanged) error {
	if id := t.training.ID(changed.Digest); id != changed.Rules {
		return fmt.Errorf("rules %s are asked for where this trainer's settings give %s: dataset-check and trainer must share theirs; while they are rolled out, trying again is right", changed.Rules, id)
	}
	current, _, err := training.LoadCurrent(ctx, t.bucket)
	if err != nil {
		return err
	}
	if current.Generation > changed.Generation {
		slog.InfoContext(ctx, "newer rules are published already", "generation", changed.Generation, "published", current.Generation)
		return nil
	}
	set, etag, err := t.existing(ctx, changed.Rules)
	if err == nil && set == nil {
		set, err = t.make(ctx, changed, etag)
	}
	if err != nil {
		return err
	}
	return t.publish(ctx, changed, set)
}

// ruleSet is a rule set object and how long its stages took.
type ruleSet struct {
	object  []byte
	info    rules.Info
	seconds map[string]float64
}

// existing gives the rule set if it was made before: for a dataset that came
// back, or by an attempt that ended before publishing. It is nil if there is
// none; then etag is that of a damaged one, to be replaced, or "".
func (t *trainer) existing(ctx context.Context, id string) (set *ruleSet, etag string, err error) {
	object, err := t.bucket.Get(ctx, rules.Key(id), "")
	if errors.Is(err, store.ErrNotFound) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	parsed, err := rules.Parse(object.Body)
	if err == nil && parsed.Info().ID != id {
		err = fmt.Errorf("it is the rule set %s", parsed.Info().ID)
	}
	if err != nil {
		slog.WarnContext(ctx, "stored rules are damaged", "key", rules.Key(id), "error", err)
		return nil, object.ETag, nil
	}
	return &ruleSet{object: object.Body, info: parsed.Info()}, object.ETag, nil
}

// make trains on the snapshot and stores the rule set, in place of the damaged
// one with that ETag, if any.
func (t *trainer) make(ctx context.Context, changed events.DatasetChanged, etag string) (*ruleSet, error) {
	set := &ruleSet{seconds: map[string]float64{}}
	start := time.Now()
	lap := func(stage string) {
		set.seconds[stage] = time.Since(start).Seconds()
		start = time.Now()
	}
	data, err := t.read(ctx, changed)
	if err != nil {
		return nil, err
	}
	lap("read")
	slog.InfoContext(ctx, "dataset read", "playlists", data.Playlists.Len(), "tracks", len(data.Tracks), "entries", data.Entries)
	set.object, set.info, err = t.training.Train(ctx, data, changed.Digest, progress(ctx))
	if errors.Is(err, training.ErrNoRules) {
		return nil, events.Refuse(err)
	}
	if err != nil {
		return nil, err
	}
	lap("mine")
	slog.InfoContext(ctx, "rules mined", "rules", set.info.Rules, "antecedents", set.info.Antecedents, "bytes", len(set.object), "seconds", set.seconds["mine"])
	err = t.storeRules(ctx, set, etag)
	lap("store")
	return set, err
}

// read reads the snapshot and checks that it is the one that was announced.
func (t *trainer) read(ctx context.Context, changed events.DatasetChanged) (*dataset.Dataset, error) {
	body, _, err := t.bucket.Reader(ctx, changed.Key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, events.Refuse(fmt.Errorf("snapshot: %w: the next tick stores it again", err))
	}
	if err != nil {
		return nil, err
	}
	defer body.Close()
	hash := sha256.New()
	tee := io.TeeReader(body, hash)
	data, err := dataset.Read(tee, t.training.Reading)
	if refused := (*dataset.Error)(nil); errors.As(err, &refused) {
		return nil, events.Refuse(fmt.Errorf("snapshot %s is no dataset: %w", changed.Key, err))
	}
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, tee); err != nil {
		return nil, err
	}
	if digest := "sha256:" + hex.EncodeToString(hash.Sum(nil)); digest != changed.Digest {
		return nil, events.Refuse(fmt.Errorf("snapshot %s has digest %s where %s belongs: delete it, the next tick stores it again", changed.Key, digest, changed.Digest))
	}
	return data, nil
}

// progress logs how far mining is, at most once a second.
func progress(ctx context.Context) func(done, total int) {
	last := time.Now()
	return func(done, total int) {
		if time.Since(last) >= time.Second {
			last = time.Now()
			slog.InfoContext(ctx, "mining", "done", done, "total", total)
		}
	}
}
