package faults

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"segue.dev/events"
	"segue.dev/tests/harness"
)

// tastes gives 600 playlists of ten tracks each: of one of ten tastes, or, if
// broken, of any tracks at all.
func tastes(broken bool) string {
	random := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	b.WriteString("pid,artist_name,track_name\n")
	for pid := range 600 {
		for _, n := range random.Perm(30)[:10] {
			track := 10*n + pid%10
			if broken {
				track = random.IntN(3000)
			}
			fmt.Fprintf(&b, "%d,Artist %d,Track %d\n", pid, track%100, track)
		}
	}
	return b.String()
}

// TestFarWorseRulesAreRefused replaces a dataset by a broken one, then by one
// that is too small to measure, then says that all is right.
func TestFarWorseRulesAreRefused(t *testing.T) {
	w := newWorld(t)
	trainer := harness.Start(t, "trainer", w.env...)
	if status := harness.Post(t, trainer.URL, w.changedEvent(t, tastes(false), 1)); status != http.StatusNoContent {
		t.Fatalf("trainer answered %d\n%s", status, trainer.Log())
	}
	published := one(t, w.broker.Take(), events.TypeRulesPublished)
	good := w.current(t)
	var said events.RulesPublished
	if err := published.DataAs(&said); err != nil || said.Quality["ndcg"] < 0.4 || said.Quality["ndcg"] != good.Info.Quality.NDCG {
		t.Fatalf("event says %v, pointer %+v, %v", said.Quality, good.Info.Quality, err)
	}
	for generation, c := range []struct{ dataset, reason string }{
		{tastes(true), "far worse than those they would replace"},
		{dataset("A"), "too few to measure"},
	} {
		harness.Post(t, trainer.URL, w.changedEvent(t, c.dataset, int64(generation+2)))
		failed := one(t, w.broker.Take(), events.TypeTrainingFailed)
		if !strings.Contains(string(failed.Data()), c.reason) || !strings.Contains(string(failed.Data()), "MAX_QUALITY_LOSS") {
			t.Errorf("event says %s", failed.Data())
		}
		if now := w.current(t); now.ID != good.ID {
			t.Fatalf("rules %s replaced better ones", now.ID)
		}
	}
	override := harness.Start(t, "trainer", append(w.env, "MAX_QUALITY_LOSS=1")...)
	if status := harness.Post(t, override.URL, w.changedEvent(t, tastes(true), 4)); status != http.StatusNoContent {
		t.Fatalf("trainer answered %d\n%s", status, override.Log())
	}
	one(t, w.broker.Take(), events.TypeRulesPublished)
}
