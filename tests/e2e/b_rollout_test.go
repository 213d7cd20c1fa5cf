//go:build e2e

package e2e

import (
	"testing"
	"time"
)

// rollOut changes the recommender's template while clients ask, and waits until
// all traffic is on the new revision.
func rollOut(t *testing.T, change string) {
	t.Helper()
	traffic := keepAsking(t, segue.url(t, "recommender"), 4, 20*time.Millisecond)
	eventually(t, time.Minute, "answers come", traffic.answered)
	start := time.Now()
	generation := segue.patch(t, "recommender", change).Generation
	segue.rolledOut(t, "recommender", generation)
	measured(t, "change to all traffic on the new revision", "%s", seconds(time.Since(start)))
	time.Sleep(5 * time.Second) // the old pods end
	traffic.stop(t)
}

func TestCodeChange(t *testing.T) {
	rollOut(t, annotate("segue.dev/change", time.Now().String()))
}

func TestScaleChange(t *testing.T) {
	rollOut(t, annotate("autoscaling.knative.dev/min-scale", "3"))
	pods, err := segue.pods(t.Context(), "serving.knative.dev/service=recommender")
	if err != nil || len(pods) < 3 {
		t.Errorf("%d pods: %v", len(pods), err)
	}
	rollOut(t, annotate("autoscaling.knative.dev/min-scale", "0"))
}
