//go:build e2e

package e2e

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"segue.dev/events"
)

const trainer = "serving.knative.dev/service=trainer"

// TestDuplicateLateAndOutOfOrder sends events again, and old ones after newer.
func TestDuplicateLateAndOutOfOrder(t *testing.T) {
	first, second := datasets(t)
	bucket := segue.bucket(t)
	old, before := announced(t, bucket), current(t, bucket)
	for range 3 {
		segue.post(t, old)
	}
	time.Sleep(8 * time.Second)
	if diff := cmp.Diff(before, current(t, bucket)); diff != "" {
		t.Errorf("a duplicate changed the pointer:\n%s", diff)
	}
	segue.replace(t, first)
	segue.tick(t)
	segue.serves(t, time.Minute, first)
	newer := current(t, bucket)
	segue.post(t, old) // of the second dataset, an older generation
	time.Sleep(8 * time.Second)
	if diff := cmp.Diff(newer, current(t, bucket)); diff != "" {
		t.Errorf("a late event changed the pointer:\n%s", diff)
	}
	measured(t, "duplicates and a late event", "pointer unmoved at generation %d", newer.Generation)
	segue.replace(t, second)
	segue.tick(t)
	segue.serves(t, time.Minute, second)
}

// TestLostEvent restarts the broker between the change and the training: while
// the broker offers the event again and again to a trainer that is not ready
// for it, because its settings are not rolled out yet.
func TestLostEvent(t *testing.T) {
	_, second := datasets(t)
	bucket, next := segue.bucket(t), synthetic(200, 10, 500, uint64(time.Now().UnixNano()))
	segue.set(t, "trainer", "MIN_SUPPORT", "3")
	segue.replace(t, next)
	segue.tickAside(t)
	eventually(t, time.Minute, "the trainer asks for the event again", func() bool { return segue.logs(t, trainer, "must share theirs") })
	for _, label := range []string{"messaging.knative.dev/role=dispatcher", "eventing.knative.dev/brokerRole=filter", "eventing.knative.dev/brokerRole=ingress"} {
		kill(t, "knative-eventing", label)
	}
	segue.set(t, "trainer", "MIN_SUPPORT", "")
	time.Sleep(40 * time.Second) // the last retry would have come after 31
	if current(t, bucket).Info.Dataset.Digest == digest(next) {
		t.Fatal("the event was not lost")
	}
	start := time.Now()
	segue.tick(t)
	segue.serves(t, time.Minute, next)
	measured(t, "event lost with the broker's pods; next tick to new rules served", "%s", seconds(time.Since(start)))
	segue.replace(t, second)
	segue.tick(t)
	segue.serves(t, time.Minute, second)
}

// idle waits until a Service has no pod.
func idle(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		eventually(t, 3*time.Minute, name+" has no pods", func() bool {
			pods, err := segue.pods(t.Context(), "serving.knative.dev/service="+name)
			return err == nil && len(pods) == 0
		})
	}
}

// synthetic makes a dataset in FIMI form, compressed: playlists of so many
// tracks from a vocabulary. The larger, the longer it trains.
func synthetic(playlists, tracks, vocabulary int, seed uint64) []byte {
	random := rand.New(rand.NewPCG(seed, seed))
	var file bytes.Buffer
	w := gzip.NewWriter(&file)
	for range playlists {
		for range tracks {
			fmt.Fprintf(w, "%d ", random.IntN(vocabulary))
		}
		fmt.Fprintln(w)
	}
	w.Close()
	return file.Bytes()
}

// TestTrainerKilled ends the trainer's pod in the middle of a training.
func TestTrainerKilled(t *testing.T) {
	large := synthetic(20_000, 200, 4000, 1)
	idle(t, "trainer")
	segue.replace(t, large)
	segue.tickAside(t)
	eventually(t, 2*time.Minute, "the training has begun", func() bool { return segue.logs(t, trainer, "dataset read") })
	if segue.logs(t, trainer, "rules mined") {
		t.Error("the training has ended")
	}
	kill(t, segue.namespace, trainer)
	start := time.Now()
	segue.serves(t, 3*time.Minute, large)
	measured(t, "trainer killed to new rules served, without another tick", "%s", seconds(time.Since(start)))
}

// TestPoisonedDataset serves no dataset, then one that gives no rules.
func TestPoisonedDataset(t *testing.T) {
	_, second := datasets(t)
	bucket := segue.bucket(t)
	traffic := keepAsking(t, segue.url(t, "recommender"), 2, 50*time.Millisecond)
	before := current(t, bucket)
	start := time.Now()
	segue.replace(t, []byte("<html>not a dataset</html>"))
	segue.tick(t)
	eventually(t, time.Minute, "the dataset is rejected", func() bool {
		object, err := bucket.Get(t.Context(), "state/dataset-check/playlists.json", "")
		return err == nil && bytes.Contains(object.Body, []byte(`"rejected"`))
	})
	measured(t, "no dataset: tick to rejected", "%s", seconds(time.Since(start)))
	start = time.Now()
	segue.replace(t, []byte("1\n2\n3\n"))
	segue.tick(t)
	var dead events.DatasetChanged
	eventually(t, 2*time.Minute, "the event is in the dead-letter sink", func() bool {
		dead = announced(t, bucket)
		_, _, err := bucket.Stat(t.Context(), deadLetter(dead))
		return err == nil
	})
	measured(t, "no rules: tick to dead letter", "%s at %s", seconds(time.Since(start)), deadLetter(dead))
	if diff := cmp.Diff(before, current(t, bucket)); diff != "" {
		t.Errorf("the pointer moved:\n%s", diff)
	}
	traffic.stop(t)
	segue.replace(t, second)
	segue.tick(t)
	segue.serves(t, time.Minute, second)
}

// deadLetter is where dataset-check keeps the event if it cannot be delivered.
func deadLetter(e events.Data) string {
	sum := sha256.Sum256([]byte(e.Source() + "\n" + e.Type() + "\n" + e.ID()))
	return fmt.Sprintf("state/dead-letters/%x.json", sum[:16])
}
