//go:build e2e

package e2e

import (
	"testing"
	"time"

	"knative.dev/serving/pkg/apis/autoscaling"
)

// rollOut changes the least number of the recommender's pods while clients ask. No request
// may fail.
func rollOut(t *testing.T, minScale string) {
	t.Helper()
	for range 3 {
		if rolledOutInTime(t, minScale) {
			return
		}
	}
	t.Error("kube-proxy was too slow each time")
}

// rolledOutInTime makes the change, and undoes it if it does not count: Knative sends
// requests to a new revision whether or not the nodes know its Service yet. kube-proxy may
// need longer than a pod; a gateway that connects to the Service's address then fails.
func rolledOutInTime(t *testing.T, minScale string) bool {
	t.Helper()
	traffic := keepAsking(t, segue.url(t, "recommender"), 4, 20*time.Millisecond)
	eventually(t, time.Minute, "answers come", traffic.answered)
	before, err := segue.service(t.Context(), "recommender")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	reached := make(chan time.Time, 1)
	go func() { reached <- segue.reached(t.Context(), before) }()
	changed := segue.patch(t, "recommender", newScale(minScale))
	segue.rolledOut(t, "recommender", changed.Generation)
	took := time.Since(start)
	time.Sleep(5 * time.Second) // the old pods end
	traffic.end()
	if traffic.gatewayFailed(start, <-reached) {
		measured(t, "the gateway failed before the new revision's Service was reached", "%d of %d", len(traffic.failures), traffic.asked)
		undone := segue.patch(t, "recommender", newScale(before.Spec.Template.Annotations[autoscaling.MinScaleAnnotationKey]))
		segue.rolledOut(t, "recommender", undone.Generation)
		return false
	}
	measured(t, "change to all traffic on the new revision", "%s", seconds(took))
	traffic.stop(t)
	return true
}

// newScale is a change that makes a new revision even if the scale is as before.
func newScale(minScale string) string {
	return annotate(map[string]string{autoscaling.MinScaleAnnotationKey: minScale, "segue.dev/change": time.Now().String()})
}

func TestCodeChange(t *testing.T) {
	rollOut(t, "0")
}

func TestScaleChange(t *testing.T) {
	rollOut(t, "3")
	s, err := segue.service(t.Context(), "recommender")
	if err != nil {
		t.Fatal(err)
	}
	pods, err := segue.pods(t.Context(), "serving.knative.dev/revision="+s.Status.LatestCreatedRevisionName)
	if err != nil || len(pods) < 3 {
		t.Errorf("%d pods: %v", len(pods), err)
	}
	rollOut(t, "0")
}
