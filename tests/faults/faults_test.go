// Package faults breaks, on purpose, what the storage of Segue promises: the
// real binaries against a real S3 server, each property with its own fault.
package faults

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/google/go-cmp/cmp"

	"segue.dev/events"
	"segue.dev/shared/rules"
	"segue.dev/shared/store"
	"segue.dev/shared/training"
	"segue.dev/tests/harness"
)

func TestMain(m *testing.M) {
	harness.Run(m, "segue.dev/functions/dataset-check", "segue.dev/functions/trainer")
}

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
}

func newDatasetHost(t *testing.T) *datasetHost {
	h := new(datasetHost)
	h.set(dataset("A"))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if etag := h.etag.Load().(string); etag != "" {
			w.Header().Set("ETag", etag)
			if r.Header.Get("If-None-Match") == etag {
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
	config := training.Config{Parameters: rules.Parameters{MinSupport: 2, MaxItemsetSize: 2, MaxRules: 300}}
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

func TestLostEventIsHealedByTheNextTick(t *testing.T) {
	w := newWorld(t)
	check, trainer := harness.Start(t, "dataset-check", w.env...), harness.Start(t, "trainer", w.env...)
	lost := one(t, w.check(t, check), events.TypeDatasetChanged)
	again := one(t, w.check(t, check), events.TypeDatasetChanged)
	if lost.ID() != again.ID() {
		t.Errorf("the event's id was %s and is %s: a consumer cannot tell that it is the same", lost.ID(), again.ID())
	}
	if status := harness.Post(t, trainer.URL, again); status != http.StatusNoContent {
		t.Fatalf("trainer answered %d", status)
	}
	one(t, w.broker.Take(), events.TypeRulesPublished)
	if got := w.check(t, check); len(got) != 0 {
		t.Errorf("the rules are there, and still: %v", got)
	}
}

func TestNothingIsRecordedBeforeItIsDone(t *testing.T) {
	w := newWorld(t)
	w.broker.Down(true)
	check := harness.Start(t, "dataset-check", w.env...)
	if status := harness.Post(t, check.URL, tick()); status != http.StatusServiceUnavailable {
		t.Fatalf("tick without a broker was answered %d", status)
	}
	check.Kill()
	w.broker.Down(false)
	check = harness.Start(t, "dataset-check", w.env...)
	e := one(t, w.check(t, check), events.TypeDatasetChanged)
	if changed, err := events.Decode[events.DatasetChanged](e); err != nil || changed.Attempt != 1 || changed.Generation != 1 {
		t.Errorf("event is %+v, %v", changed, err)
	}
}

// TestTrainerEndsBeforeItAnnounces has a trainer that publishes rules and ends
// before it can say so: the next attempt says it, and moves nothing.
func TestTrainerEndsBeforeItAnnounces(t *testing.T) {
	w := newWorld(t)
	e := w.changedEvent(t, dataset("A"), 1)
	w.broker.Down(true)
	trainer := harness.Start(t, "trainer", w.env...)
	if status := harness.Post(t, trainer.URL, e); status != http.StatusServiceUnavailable {
		t.Fatalf("trainer answered %d while it could not announce", status)
	}
	trainer.Kill()
	w.broker.Down(false)
	before := w.current(t)
	trainer = harness.Start(t, "trainer", w.env...)
	if status := harness.Post(t, trainer.URL, e); status != http.StatusNoContent {
		t.Fatalf("second attempt was answered %d", status)
	}
	one(t, w.broker.Take(), events.TypeRulesPublished)
	if after := w.current(t); !after.PublishedAt.Equal(before.PublishedAt) || after.ID != before.ID {
		t.Errorf("pointer was %+v and is %+v", before, after)
	}
}

func TestDoingItTwiceChangesNothing(t *testing.T) {
	w := newWorld(t)
	e := w.changedEvent(t, dataset("A"), 1)
	trainer := harness.Start(t, "trainer", w.env...)
	var pointers, objects [][]byte
	for range 3 {
		if status := harness.Post(t, trainer.URL, e); status != http.StatusNoContent {
			t.Fatalf("trainer answered %d", status)
		}
		pointer, err := w.bucket.Get(t.Context(), rules.CurrentKey, "")
		if err != nil {
			t.Fatal(err)
		}
		object, err := w.bucket.Get(t.Context(), w.current(t).Key, "")
		if err != nil {
			t.Fatal(err)
		}
		pointers, objects = append(pointers, pointer.Body), append(objects, object.Body)
	}
	for n := 1; n < 3; n++ {
		if !bytes.Equal(pointers[0], pointers[n]) || !bytes.Equal(objects[0], objects[n]) {
			t.Errorf("delivery %d changed something", n+1)
		}
	}
}

func TestEqualInputGivesEqualBytesElsewhere(t *testing.T) {
	var objects [][]byte
	for range 2 {
		t.Run("bucket", func(t *testing.T) {
			w := newWorld(t)
			trainer := harness.Start(t, "trainer", w.env...)
			if status := harness.Post(t, trainer.URL, w.changedEvent(t, dataset("A"), 1)); status != http.StatusNoContent {
				t.Fatalf("trainer answered %d", status)
			}
			object, err := w.bucket.Get(t.Context(), w.current(t).Key, "")
			if err != nil {
				t.Fatal(err)
			}
			objects = append(objects, object.Body)
		})
	}
	if len(objects) != 2 || !bytes.Equal(objects[0], objects[1]) {
		t.Error("two trainings on equal input differ")
	}
}

func TestNewerWins(t *testing.T) {
	w := newWorld(t)
	trainers := []*harness.Process{harness.Start(t, "trainer", w.env...), harness.Start(t, "trainer", w.env...)}
	for round := range 5 {
		older, newer := int64(2*round+1), int64(2*round+2)
		var both sync.WaitGroup
		for n, generation := range []int64{newer, older} {
			e := w.changedEvent(t, dataset(fmt.Sprint("generation ", generation)), generation)
			both.Go(func() {
				if status := harness.Post(t, trainers[n].URL, e); status != http.StatusNoContent {
					t.Errorf("trainer answered %d", status)
				}
			})
		}
		both.Wait()
		if current := w.current(t); current.Generation != newer {
			t.Fatalf("generation %d is served where %d is the newest", current.Generation, newer)
		}
	}
	late := w.changedEvent(t, dataset("generation 1"), 1)
	if status := harness.Post(t, trainers[0].URL, late); status != http.StatusNoContent {
		t.Errorf("a late event was answered %d", status)
	}
	if current := w.current(t); current.Generation != 10 {
		t.Errorf("a late event brought generation %d back", current.Generation)
	}
}

// TestADatasetThatComesBack goes from A to B and back to A: the rules of A are
// served again, as a newer generation, without a training.
func TestADatasetThatComesBack(t *testing.T) {
	w := newWorld(t)
	check, trainer := harness.Start(t, "dataset-check", w.env...), harness.Start(t, "trainer", w.env...)
	var ids []string
	for n, content := range []string{dataset("A"), dataset("B"), dataset("A")} {
		w.data.set(content)
		e := one(t, w.check(t, check), events.TypeDatasetChanged)
		if status := harness.Post(t, trainer.URL, e); status != http.StatusNoContent {
			t.Fatalf("trainer answered %d", status)
		}
		w.broker.Take()
		current := w.current(t)
		if current.Generation != int64(n+1) {
			t.Errorf("generation is %d, want %d", current.Generation, n+1)
		}
		ids = append(ids, current.ID)
	}
	if ids[0] != ids[2] || ids[0] == ids[1] {
		t.Errorf("rules were %v", ids)
	}
	if n := strings.Count(trainer.Log(), `"rules mined"`); n != 2 {
		t.Errorf("mined %d times for two datasets", n)
	}
}

// TestFailingDatasetDoesNotLoop gives a dataset without any rule: the old rules
// stay, the failure is said, and ticks ask less and less often.
func TestFailingDatasetDoesNotLoop(t *testing.T) {
	w := newWorld(t)
	check, trainer := harness.Start(t, "dataset-check", w.env...), harness.Start(t, "trainer", w.env...)
	if status := harness.Post(t, trainer.URL, one(t, w.check(t, check), events.TypeDatasetChanged)); status != http.StatusNoContent {
		t.Fatalf("trainer answered %d", status)
	}
	w.broker.Take()
	good := w.current(t)
	w.data.set("pid,track_name\n1,alone\n2,lonely\n")
	asked := 0
	for range 10 {
		for _, e := range w.check(t, check) {
			asked++
			if status := harness.Post(t, trainer.URL, e); status != http.StatusUnprocessableEntity {
				t.Fatalf("trainer answered %d", status)
			}
			failed, err := events.Decode[events.TrainingFailed](one(t, w.broker.Take(), events.TypeTrainingFailed))
			if err != nil || failed.Attempt != asked || !strings.Contains(failed.Reason, "lower MIN_SUPPORT") {
				t.Errorf("failure is %+v, %v", failed, err)
			}
		}
	}
	if asked != 2 {
		t.Errorf("ten ticks in a row asked %d times for a training that fails, want 2", asked)
	}
	if now := w.current(t); now.ID != good.ID {
		t.Error("the old rules are gone")
	}
	if !check.Logged("dataset still without rules") {
		t.Error("the log does not say that it waits")
	}
	w.data.set(dataset("mended"))
	one(t, w.check(t, check), events.TypeDatasetChanged)
}

func TestRejectedDatasetIsSaidOnce(t *testing.T) {
	w := newWorld(t)
	check := harness.Start(t, "dataset-check", w.env...)
	w.data.set("<!DOCTYPE html><html><body>Sign in</body></html>")
	rejected, err := events.Decode[events.DatasetRejected](one(t, w.check(t, check), events.TypeDatasetRejected))
	if err != nil || !strings.Contains(rejected.Reason, "HTML") {
		t.Errorf("event is %+v, %v", rejected, err)
	}
	if _, _, err := w.bucket.Stat(t.Context(), rejected.Key); err != nil {
		t.Errorf("what was rejected is not kept: %v", err)
	}
	for range 3 {
		if got := w.check(t, check); len(got) != 0 {
			t.Errorf("said again: %v", got)
		}
	}
	w.data.set(dataset("A"))
	one(t, w.check(t, check), events.TypeDatasetChanged)
}

func TestDeadLettersAreKept(t *testing.T) {
	w := newWorld(t)
	check := harness.Start(t, "dataset-check", w.env...)
	e := w.changedEvent(t, dataset("A"), 1)
	for range 2 {
		if status := harness.Post(t, check.URL+"/dead-letter", e); status != http.StatusNoContent {
			t.Errorf("dead letter was answered %d", status)
		}
	}
	kept, err := w.bucket.Get(t.Context(), "state/dead-letters/"+e.Type()+"/"+e.ID()+".json", "")
	if err != nil {
		t.Fatal(err)
	}
	var got events.Event
	if err := json.Unmarshal(kept.Body, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decode(t, e), decode(t, got)); diff != "" {
		t.Error(diff)
	}
}

// TestETagIsNoContentHash has a server whose ETag moves while the content
// stays, and one whose snapshot does not have the digest that was announced.
func TestETagIsNoContentHash(t *testing.T) {
	w := newWorld(t)
	check, trainer := harness.Start(t, "dataset-check", w.env...), harness.Start(t, "trainer", w.env...)
	w.data.etag.Store(`"1"`)
	if status := harness.Post(t, trainer.URL, one(t, w.check(t, check), events.TypeDatasetChanged)); status != http.StatusNoContent {
		t.Fatalf("trainer answered %d", status)
	}
	w.broker.Take()
	for _, etag := range []string{`"2"`, `W/"3"`, ``, `"2"`} {
		w.data.etag.Store(etag)
		if got := w.check(t, check); len(got) != 0 {
			t.Errorf("ETag %s and equal content: %v", etag, got)
		}
	}
	tampered := w.changedEvent(t, dataset("B"), 2)
	object, err := w.bucket.Get(t.Context(), decode(t, tampered).Key, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.bucket.Replace(t.Context(), decode(t, tampered).Key, strings.NewReader(dataset("C")), object.ETag); err != nil {
		t.Fatal(err)
	}
	if status := harness.Post(t, trainer.URL, tampered); status != http.StatusUnprocessableEntity {
		t.Errorf("a snapshot with another digest was answered %d", status)
	}
	failed, _ := events.Decode[events.TrainingFailed](one(t, w.broker.Take(), events.TypeTrainingFailed))
	if !strings.Contains(failed.Reason, "digest") || w.current(t).Generation != 1 {
		t.Errorf("failure is %+v, generation %d", failed, w.current(t).Generation)
	}
}

func decode(t *testing.T, e events.Event) events.DatasetChanged {
	t.Helper()
	changed, err := events.Decode[events.DatasetChanged](e)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// TestLostSnapshotIsStoredAgain deletes the snapshot before the training, while
// the dataset's server says that nothing changed.
func TestLostSnapshotIsStoredAgain(t *testing.T) {
	w := newWorld(t)
	w.data.etag.Store(`"1"`)
	check, trainer := harness.Start(t, "dataset-check", w.env...), harness.Start(t, "trainer", w.env...)
	changed := one(t, w.check(t, check), events.TypeDatasetChanged)
	if err := os.Remove(filepath.Join(w.folder, decode(t, changed).Key)); err != nil {
		t.Fatal(err)
	}
	if status := harness.Post(t, trainer.URL, changed); status != http.StatusUnprocessableEntity {
		t.Errorf("trainer answered %d without a snapshot", status)
	}
	w.broker.Take()
	if status := harness.Post(t, trainer.URL, one(t, w.check(t, check), events.TypeDatasetChanged)); status != http.StatusNoContent {
		t.Errorf("trainer answered %d after the next tick", status)
	}
}

// TestStoreWithoutConditionalWrites starts the functions on a store that
// ignores preconditions: they must not work at all.
func TestStoreWithoutConditionalWrites(t *testing.T) {
	server := awkwardStore(t)
	env := []string{"AWS_ENDPOINT_URL_S3=" + server, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "BUCKET=segue", "K_SINK=http://127.0.0.1:1"}
	for _, name := range []string{"dataset-check", "trainer"} {
		p := harness.Launch(t, name, env...)
		if err := p.Wait(); err == nil || !strings.Contains(p.Log(), "conditional") {
			t.Errorf("%s ended with %v:\n%s", name, err, p.Log())
		}
	}
}
