//go:build e2e

package e2e

import (
	"testing"
	"time"
)

// TestFirstRecommendation is from nothing: the PingSource's tick, snapshot,
// event, training, rules, a recommendation through the route.
func TestFirstRecommendation(t *testing.T) {
	first, _ := datasets(t)
	segue.replace(t, first)
	eventually(t, 2*time.Minute, "the functions are ready", func() bool {
		for _, name := range []string{"dataset-check", "recommender", "trainer", "hello"} {
			if s, err := segue.service(t.Context(), name); err != nil || !s.IsReady() {
				return false
			}
		}
		return true
	})
	measured(t, "manifests applied to all Services ready", "%s", seconds(time.Since(deployed)))
	segue.serves(t, 3*time.Minute, first)
	measured(t, "manifests applied to first recommendation, by a tick a minute", "%s", seconds(time.Since(deployed)))
	for _, name := range []string{"dataset-check", "trainer"} {
		s, err := segue.service(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		measured(t, "revisions of "+name, "%s", s.Status.LatestCreatedRevisionName)
	}
	segue.quiet(t)
}

// TestDatasetChange changes the dataset while clients ask; then new pods start.
func TestDatasetChange(t *testing.T) {
	first, second := datasets(t)
	traffic := keepAsking(t, segue.url(t, "recommender"), 4, 20*time.Millisecond)
	eventually(t, time.Minute, "answers come", func() bool { return traffic.sees(digest(first)) })
	segue.replace(t, second)
	start := time.Now()
	segue.tick(t)
	eventually(t, time.Minute, "new rules are served", func() bool { return traffic.sees(digest(second)) })
	measured(t, "tick to new rules served", "%s", seconds(time.Since(start)))
	traffic.stop(t)
	kill(t, segue.namespace, "serving.knative.dev/service=recommender")
	start = time.Now()
	segue.serves(t, time.Minute, second)
	measured(t, "all pods killed to an answer from a new one", "%s", seconds(time.Since(start)))
}
