package faults

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2"

	"segue.dev/events"
	"segue.dev/shared/rules"
	"segue.dev/shared/store"
	"segue.dev/shared/training"
	"segue.dev/tests/harness"
)

// world is one bucket, one broker and a dataset that the test may change.
type world struct {
	bucket *store.Bucket
	folder string // of the bucket's objects
	broker *harness.Broker
	data   *datasetHost
	env    []string
}

func newWorld(t *testing.T) *world {
	env, bucket, folder := harness.S3(t)
	w := &world{bucket: bucket, folder: folder, broker: harness.NewBroker(t), data: newDatasetHost(t)}
	w.env = slices.Concat(env, []string{"K_SINK=" + w.broker.URL, "DATASET_URL=" + w.data.url})
	return w
}

// datasetHost serves a dataset over HTTP.
type datasetHost struct {
	url     string
	content atomic.Value // string
	etag    atomic.Value // string; "" sends none
	stuck   atomic.Bool  // never answers 304
}

func newDatasetHost(t *testing.T) *datasetHost {
	h := new(datasetHost)
	h.set(dataset("A"))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if etag := h.etag.Load().(string); etag != "" {
			w.Header().Set("ETag", etag)
			if r.Header.Get("If-None-Match") == etag && !h.stuck.Load() {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		fmt.Fprint(w, h.content.Load())
	}))
	t.Cleanup(server.Close)
	h.url = server.URL + "/playlists.csv"
	return h
}

func (h *datasetHost) set(content string) {
	h.content.Store(content)
	h.etag.Store("")
}

// dataset gives ten playlists whose tracks carry the name.
func dataset(name string) string {
	var b strings.Builder
	b.WriteString("pid,artist_name,track_name\n")
	for pid := range 10 {
		for track := range 5 {
			fmt.Fprintf(&b, "%d,Artist %d,%s %d\n", pid, (pid+track)%7, name, (pid+track)%7)
		}
	}
	return b.String()
}

func tick() events.Event {
	e := cloudevents.NewEvent()
	e.SetType(events.TypePing)
	e.SetSource("/apis/v1/namespaces/segue/pingsources/dataset-check")
	e.SetID(fmt.Sprint(time.Now().UnixNano()))
	return e
}

// check ticks dataset-check and gives the events that it sent.
func (w *world) check(t *testing.T, p *harness.Process) []events.Event {
	t.Helper()
	if status := harness.Post(t, p.URL, tick()); status != http.StatusNoContent {
		t.Fatalf("tick was answered %d\n%s", status, p.Log())
	}
	return w.broker.Take()
}

func one(t *testing.T, got []events.Event, eventType string) events.Event {
	t.Helper()
	if len(got) != 1 || got[0].Type() != eventType {
		t.Fatalf("events are %v, want one %s", got, eventType)
	}
	return got[0]
}

func (w *world) current(t *testing.T) *rules.Current {
	t.Helper()
	object, err := w.bucket.Get(t.Context(), rules.CurrentKey, "")
	if err != nil {
		t.Fatal(err)
	}
	current, err := rules.ParseCurrent(object.Body)
	if err != nil {
		t.Fatal(err)
	}
	return current
}

// changedEvent stores content as a snapshot and gives the event that asks for
// its rules.
func (w *world) changedEvent(t *testing.T, content string, generation int64) events.Event {
	t.Helper()
	sum := sha256.Sum256([]byte(content))
	name := hex.EncodeToString(sum[:])
	if _, err := w.bucket.Create(t.Context(), "datasets/"+name, strings.NewReader(content)); err != nil && !errors.Is(err, store.ErrExists) {
		t.Fatal(err)
	}
	config := training.Config{Dataset: "playlists", Parameters: rules.Parameters{MinSupport: 2, MaxItemsetSize: 2, MaxRules: 250}}
	e, err := events.New(events.DatasetChanged{
		Snapshot: events.Snapshot{
			Dataset: "playlists", URL: w.data.url, Digest: "sha256:" + name, Bytes: int64(len(content)),
			Key: "datasets/" + name, Generation: generation, DetectedAt: time.Now(),
		},
		Rules: config.ID("sha256:" + name), Attempt: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
