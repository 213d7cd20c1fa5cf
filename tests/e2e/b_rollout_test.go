//go:build e2e

package e2e

import (
	"testing"
	"time"
)

// rollOut changes the annotations of the recommender's template while clients ask, and waits
// until all traffic is on the new revision. No request may fail.
//
// Knative does not ask whether the nodes know a new revision's Service yet before it sends
// requests there. kube-proxy may need longer than a pod, and until then it refuses them:
// a change in which requests failed only in that time is measured again.
func rollOut(t *testing.T, minScale string) {
	t.Helper()
	for range 3 {
		traffic := keepAsking(t, segue.url(t, "recommender"), 4, 20*time.Millisecond)
		eventually(t, time.Minute, "answers come", traffic.answered)
		start := time.Now()
		change := annotate(map[string]string{"autoscaling.knative.dev/min-scale": minScale, "segue.dev/change": start.String()})
		changed := segue.patch(t, "recommender", change)
		segue.reached(t, changed)
		reached := time.Now()
		segue.rolledOut(t, "recommender", changed.Generation)
		measured(t, "change to all traffic on the new revision", "%s", seconds(time.Since(start)))
		time.Sleep(5 * time.Second) // the old pods end
		traffic.end()
		if !traffic.failedOnlyBefore(reached) {
			traffic.stop(t)
			return
		}
		measured(t, "requests failed before the new revision's Service was reached", "%d of %d, %v; once more",
			len(traffic.failures), traffic.asked, traffic.failures[0].err)
	}
	t.Error("requests failed before the new revision's Service was reached, three times")
}

func TestCodeChange(t *testing.T) {
	rollOut(t, "0")
}

func TestScaleChange(t *testing.T) {
	rollOut(t, "3")
	pods, err := segue.pods(t.Context(), "serving.knative.dev/service=recommender")
	if err != nil || len(pods) < 3 {
		t.Errorf("%d pods: %v", len(pods), err)
	}
	rollOut(t, "0")
}
