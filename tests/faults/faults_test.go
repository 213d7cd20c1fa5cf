// Package faults breaks, on purpose, what the storage of Segue promises: the
// real binaries against a real S3 server, each property with its own fault.
package faults

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"segue.dev/events"
	"segue.dev/tests/harness"
)

func TestMain(m *testing.M) {
	harness.Run(m, "segue.dev/functions/dataset-check", "segue.dev/functions/trainer")
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
	hostile := tick()
	hostile.SetType("../../../rules")
	for _, e := range []events.Event{tick(), hostile} {
		if status := harness.Post(t, check.URL+"/dead-letter", e); status != http.StatusNoContent {
			t.Errorf("dead letter was answered %d", status)
		}
	}
	letters, err := filepath.Glob(filepath.Join(w.folder, "state/dead-letters/*.json"))
	if err != nil || len(letters) != 1 {
		t.Fatalf("of a tick and another event, %v are kept, %v", letters, err)
	}
	if err := os.Remove(letters[0]); err != nil {
		t.Fatal(err)
	}
	e := w.changedEvent(t, dataset("A"), 1)
	for range 2 {
		if status := harness.Post(t, check.URL+"/dead-letter", e); status != http.StatusNoContent {
			t.Errorf("dead letter was answered %d", status)
		}
	}
	letters, err = filepath.Glob(filepath.Join(w.folder, "state/dead-letters/*.json"))
	if err != nil || len(letters) != 1 {
		t.Fatalf("dead letters are %v, %v", letters, err)
	}
	kept, err := os.ReadFile(letters[0])
	if err != nil {
		t.Fatal(err)
	}
	var got events.Event
	if err := json.Unmarshal(kept, &got); err != nil {
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
	w.data.stuck.Store(true)
	w.data.content.Store(dataset("D"))
	one(t, w.check(t, check), events.TypeDatasetChanged) // equal ETag, new content
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
