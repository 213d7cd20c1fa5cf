//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// TestStorageGone takes the S3 server away for a minute, while clients ask and
// a new revision starts.
func TestStorageGone(t *testing.T) {
	base := segue.url(t, "recommender")
	if _, err := ask(t.Context(), client(1), base); err != nil {
		t.Fatal(err)
	}
	s3 := segue.deployment(t, "s3")
	traffic := keepAsking(t, base, 4, 50*time.Millisecond)
	back := segue.stopS3(t, s3)
	start := time.Now()
	generation := segue.patch(t, "recommender", annotate(map[string]string{"segue.dev/change": time.Now().String()})).Generation
	eventually(t, 50*time.Second, "a new pod says why it waits", func() bool {
		s, err := segue.service(t.Context(), "recommender")
		if err != nil || s.Status.ObservedGeneration < generation {
			return false
		}
		return segue.logs(t, "serving.knative.dev/revision="+s.Status.LatestCreatedRevisionName, "rules not reloaded")
	})
	measured(t, "new pod says that it waits for the bucket after", "%s", seconds(time.Since(start)))
	time.Sleep(time.Until(start.Add(time.Minute)))
	if s, err := segue.service(t.Context(), "recommender"); err != nil || onLatest(s) {
		t.Error("traffic moved to a revision without rules: ", err)
	}
	back()
	start = time.Now()
	eventually(t, 3*time.Minute, "the new revision serves", func() bool {
		s, err := segue.service(t.Context(), "recommender")
		return err == nil && s.IsReady() && onLatest(s)
	})
	measured(t, "S3 back to the new revision serving", "%s", seconds(time.Since(start)))
	traffic.stop(t)
}

func (d *deployment) deployment(t *testing.T, name string) *appsv1.Deployment {
	t.Helper()
	deployment, err := kube.AppsV1().Deployments(d.namespace).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return deployment
}

// stopS3 gives the server's pod an image that does not exist, which ends its
// container and keeps its objects; back gives it its own again.
func (d *deployment) stopS3(t *testing.T, s3 *appsv1.Deployment) (back func()) {
	t.Helper()
	pods, err := d.pods(t.Context(), "app=s3")
	if err != nil || len(pods) != 1 {
		t.Fatal(pods, err)
	}
	set := func(image string) {
		change := fmt.Sprintf(`{"spec":{"containers":[{"name":"s3","image":%q}]}}`, image)
		if _, err := kube.CoreV1().Pods(d.namespace).Patch(t.Context(), pods[0], types.StrategicMergePatchType, []byte(change), metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	set("localhost/none:none")
	eventually(t, time.Minute, "the S3 server is gone", func() bool {
		pod, err := kube.CoreV1().Pods(d.namespace).Get(t.Context(), pods[0], metav1.GetOptions{})
		return err == nil && len(pod.Status.ContainerStatuses) == 1 && pod.Status.ContainerStatuses[0].State.Running == nil
	})
	return func() { set(s3.Spec.Template.Spec.Containers[0].Image) }
}
