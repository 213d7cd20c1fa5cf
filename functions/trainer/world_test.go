package main

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"segue.dev/events"
	"segue.dev/shared/rules"
	"segue.dev/shared/store"
	"segue.dev/shared/training"
	"segue.dev/tests/harness"
)

var testTraining = training.Config{Dataset: "playlists", Parameters: rules.Parameters{MinSupport: 2, MaxItemsetSize: 2, MaxRules: 100}}

// world is a trainer with a real bucket and a broker that keeps its events.
type world struct {
	trainer *trainer
	bucket  *store.Bucket
	broker  *harness.Broker
}

func newWorld(t *testing.T) *world {
	t.Helper()
	_, bucket, _ := harness.S3(t)
	broker := harness.NewBroker(t)
	sink, err := events.NewSink(broker.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &world{newTrainer(testTraining, 0.5, bucket, sink), bucket, broker}
}

// changed stores a snapshot and gives the event that asks for its rules.
func (w *world) changed(t *testing.T) events.Event {
	t.Helper()
	const snapshot = "pid,track\n1,a\n1,b\n2,a\n2,b\n"
	sum := sha256.Sum256([]byte(snapshot))
	key, digest := "datasets/"+hex.EncodeToString(sum[:]), "sha256:"+hex.EncodeToString(sum[:])
	if _, err := w.bucket.Create(t.Context(), key, strings.NewReader(snapshot)); err != nil {
		t.Fatal(err)
	}
	e, err := events.New(events.DatasetChanged{
		Snapshot: events.Snapshot{Dataset: "playlists", URL: "file:p.csv", Digest: digest, Key: key, Generation: 1, DetectedAt: time.Now()},
		Rules:    testTraining.ID(digest), Attempt: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
