package faults

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"segue.dev/events"
	"segue.dev/shared/rules"
	"segue.dev/tests/harness"
)

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

// TestPointerMovesByCompareAndSwap holds the older trainer's write of the
// pointer until the newer trainer has published: the write must be refused.
func TestPointerMovesByCompareAndSwap(t *testing.T) {
	w := newWorld(t)
	held, release := make(chan bool), make(chan bool)
	proxy := holdFirstPut(t, w, "/segue/"+rules.CurrentKey, held, release)
	first := harness.Start(t, "trainer", w.env...)
	if status := harness.Post(t, first.URL, w.changedEvent(t, dataset("A"), 1)); status != http.StatusNoContent {
		t.Fatalf("trainer answered %d", status)
	}
	older := harness.Start(t, "trainer", append(w.env, "AWS_ENDPOINT_URL_S3="+proxy)...)
	answered := make(chan int)
	e := w.changedEvent(t, dataset("B"), 2)
	go func() { answered <- harness.Post(t, older.URL, e) }()
	<-held
	if status := harness.Post(t, first.URL, w.changedEvent(t, dataset("C"), 3)); status != http.StatusNoContent {
		t.Fatalf("trainer answered %d", status)
	}
	close(release)
	if status := <-answered; status != http.StatusNoContent {
		t.Errorf("the older trainer answered %d", status)
	}
	if current := w.current(t); current.Generation != 3 {
		t.Errorf("generation %d is served where 3 is the newest", current.Generation)
	}
	if !older.Logged("newer rules were published meanwhile") {
		t.Error("the older trainer does not say that it came late")
	}
}

// holdFirstPut is a way to the S3 server on which the first write of path
// waits: it says so on held and goes on after release.
func holdFirstPut(t *testing.T, w *world, path string, held, release chan bool) (url string) {
	t.Helper()
	i := slices.IndexFunc(w.env, func(v string) bool { return strings.HasPrefix(v, "AWS_ENDPOINT_URL_S3=") })
	_, endpoint, _ := strings.Cut(w.env[i], "=")
	var once sync.Once
	server := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		if r.In.Method == http.MethodPut && r.In.URL.Path == path {
			once.Do(func() {
				close(held)
				<-release
			})
		}
		r.Out.URL.Scheme, r.Out.URL.Host = "http", strings.TrimPrefix(endpoint, "http://")
		r.Out.Host = r.In.Host // it is part of the signature
	}})
	t.Cleanup(server.Close)
	return server.URL
}

// TestLostAndDamagedRulesAreMadeAgain takes the published rules away, and
// damages them: the next tick, or the next event, makes them again.
func TestLostAndDamagedRulesAreMadeAgain(t *testing.T) {
	w := newWorld(t)
	check, trainer := harness.Start(t, "dataset-check", w.env...), harness.Start(t, "trainer", w.env...)
	train := func(e events.Event) {
		t.Helper()
		if status := harness.Post(t, trainer.URL, e); status != http.StatusNoContent {
			t.Fatalf("trainer answered %d", status)
		}
		w.broker.Take()
	}
	changed := one(t, w.check(t, check), events.TypeDatasetChanged)
	train(changed)
	file := filepath.Join(w.folder, w.current(t).Key)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // as often as they are lost
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		train(one(t, w.check(t, check), events.TypeDatasetChanged))
		if got := w.check(t, check); len(got) != 0 {
			t.Errorf("the rules are there, and still: %v", got)
		}
	}
	damaged := bytes.Clone(whole)
	damaged[len(damaged)-1] ^= 1
	if err := os.WriteFile(file, damaged, 0o644); err != nil {
		t.Fatal(err)
	}
	train(changed)
	if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, whole) {
		t.Errorf("the rules are not what they were, %v", err)
	}
}

// TestOverlappingTicks has two checks see one change at the same time.
func TestOverlappingTicks(t *testing.T) {
	w := newWorld(t)
	checks := []*harness.Process{harness.Start(t, "dataset-check", w.env...), harness.Start(t, "dataset-check", w.env...)}
	for round := range 10 {
		w.data.set(dataset(fmt.Sprint("round ", round)))
		var both sync.WaitGroup
		for _, c := range checks {
			both.Go(func() {
				if status := harness.Post(t, c.URL, tick()); status != http.StatusNoContent && status != http.StatusServiceUnavailable {
					t.Errorf("tick was answered %d", status)
				}
			})
		}
		both.Wait()
		for _, e := range w.broker.Take() {
			if changed := decode(t, e); changed.Generation != int64(round+1) {
				t.Errorf("change %d has generation %d", round+1, changed.Generation)
			}
		}
	}
}
