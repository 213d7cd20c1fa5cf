//go:build gitops

package e2e

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Patches of Knative Services, in kustomize's form.
const (
	functionPatch = `
  - target: {group: serving.knative.dev, kind: Service, name: %s}
    patch: |
      - {op: %s, path: %s, value: %s}
`
	minScale = "/spec/template/metadata/annotations/autoscaling.knative.dev~1min-scale"
	first    = "/spec/template/spec/containers/0"
)

func patchOf(function, op, path, value string) string {
	return fmt.Sprintf(functionPatch, function, op, path, value)
}

// asking is a client that asks five times a second.
func asking(t *testing.T) *traffic {
	t.Helper()
	traffic := keepAsking(t, segue.url(t, "recommender"), 1, 200*time.Millisecond)
	eventually(t, time.Minute, "answers come", traffic.answered)
	return traffic
}

// TestSync is from an empty namespace: Argo CD applies the release wave by wave,
// and a dataset leads to an answer.
func TestSync(t *testing.T) {
	dataset, _ := datasets(t)
	commit, err := pushed.git(t.Context(), "rev-parse", "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	inStep(t, commit)
	measured(t, "Application created to Synced and Healthy", "%s", seconds(time.Since(deployed)))
	segue.replace(t, dataset)
	segue.tick(t)
	segue.serves(t, time.Minute, dataset)
	measured(t, "Application created to first recommendation", "%s", seconds(time.Since(deployed)))
}

// TestCode releases another version of all functions.
func TestCode(t *testing.T) {
	traffic := asking(t)
	commit, start := released(t, "2")
	eventually(t, 3*time.Minute, "the new version answers", func() bool { return traffic.sees("2") })
	inStep(t, commit)
	time.Sleep(5 * time.Second)
	traffic.stop(t)
	measured(t, "push of a new version to its first answer", "%s", seconds(traffic.when("2").first.Sub(start)))
	measured(t, "push of a new version to the last old answer", "%s (goal 60, it replaces 3 to 5 min)", seconds(traffic.when("1").last.Sub(start)))
}

// TestPolling is TestCode when nobody tells Argo CD of the push.
func TestPolling(t *testing.T) {
	traffic := asking(t)
	if _, err := pushed.release(t.Context(), "3", nil); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	eventually(t, 6*time.Minute, "the new version answers", func() bool { return traffic.sees("3") })
	time.Sleep(5 * time.Second)
	traffic.stop(t)
	measured(t, "the same, found by polling, to the last old answer", "%s", seconds(traffic.when("2").last.Sub(start)))
}

// TestParameters releases other training parameters. Other rules follow by
// themselves, because their identity covers the parameters.
func TestParameters(t *testing.T) {
	traffic := asking(t)
	before := current(t, segue.bucket(t))
	_, start := released(t, "3", patchOf("trainer|dataset-check", "add", first+"/env/-", `{name: MIN_SUPPORT, value: "3"}`))
	eventually(t, 5*time.Minute, "other rules are published", func() bool { return current(t, segue.bucket(t)).ID != before.ID })
	after := current(t, segue.bucket(t))
	eventually(t, time.Minute, "other rules are served", func() bool { return traffic.sees(after.ID) })
	time.Sleep(10 * time.Second)
	traffic.stop(t)
	if after.Info.Parameters.MinSupport != 3 {
		t.Errorf("trained with %+v", after.Info.Parameters)
	}
	measured(t, "push of other parameters to rules trained with them served, by a tick a minute", "%s", seconds(traffic.when(after.ID).first.Sub(start)))
	commit, start := reverted(t)
	eventually(t, 5*time.Minute, "the old rules are published", func() bool { return current(t, segue.bucket(t)).ID == before.ID })
	measured(t, "revert of it to the old rules published, by a tick a minute", "%s", seconds(time.Since(start)))
	inStep(t, commit)
}

// TestDeployment changes scale, resources and concurrency.
func TestDeployment(t *testing.T) {
	for _, c := range []struct{ what, patch string }{
		{"min-scale 0 to 3", patchOf("recommender", "replace", minScale, `"3"`)},
		{"min-scale 3 to 0", ""},
		{"memory limit", patchOf("recommender", "replace", first+"/resources/limits/memory", "400Mi")},
		{"concurrency", patchOf("recommender", "replace", "/spec/template/spec/containerConcurrency", "50")},
	} {
		t.Run(c.what, func(t *testing.T) {
			s, err := segue.service(t.Context(), "recommender")
			if err != nil {
				t.Fatal(err)
			}
			traffic := asking(t)
			commit, start := released(t, "3", c.patch)
			segue.rolledOut(t, "recommender", s.Generation+1)
			measured(t, "push to all traffic on the new revision", "%s (goal 30, it replaces 2 to 4 min)", seconds(time.Since(start)))
			inStep(t, commit)
			time.Sleep(5 * time.Second)
			traffic.stop(t)
			pods, err := segue.pods(t.Context(), "serving.knative.dev/service=recommender")
			if c.what == "min-scale 0 to 3" && (err != nil || len(pods) < 3) {
				t.Errorf("%d pods: %v", len(pods), err)
			}
		})
	}
}

// TestDataset changes the dataset's URL in git, then what is behind it.
func TestDataset(t *testing.T) {
	one, other := datasets(t)
	segue.put(t, "other", other)
	traffic := asking(t)
	_, start := released(t, "3", `
  - target: {kind: ConfigMap, name: dataset}
    patch: |
      - {op: replace, path: /data/DATASET_URL, value: "http://host/other"}
`)
	eventually(t, 5*time.Minute, "the other dataset is served", func() bool { return traffic.sees(digest(other)) })
	measured(t, "push of another dataset URL to its rules served, by a tick a minute", "%s (it replaces 10 to 15 min)", seconds(time.Since(start)))
	shorter := one[:1+bytes.LastIndexByte(one[:len(one)*3/4], '\n')]
	segue.put(t, "other", shorter)
	start = time.Now()
	segue.tick(t)
	eventually(t, time.Minute, "the changed dataset is served", func() bool { return traffic.sees(digest(shorter)) })
	measured(t, "tick after the content changed to its rules served", "%s", seconds(time.Since(start)))
	traffic.stop(t)
}

// TestBroken releases what does not start, then what is no manifest.
func TestBroken(t *testing.T) {
	traffic := asking(t)
	_, start := released(t, "broken", patchOf("recommender", "replace", first+"/env/0/value", "nonsense"))
	var last application
	if wait(5*time.Minute, "", func() bool { last = look(t); return last.health == "Degraded" }) != nil {
		t.Error("a function that does not start, and Argo CD says ", last)
	}
	measured(t, "push of a function that does not start to Degraded", "%s", seconds(time.Since(start)))
	commit, start := reverted(t)
	inStep(t, commit)
	measured(t, "revert of it to Synced and Healthy", "%s", seconds(time.Since(start)))

	_, start = released(t, "broken", patchOf("recommender", "replace", "/spec/template/spec/containerConcurrency", "-5"))
	if wait(3*time.Minute, "", func() bool {
		last = look(t)
		return last.sync != "Synced" && strings.Contains(last.message, "containerConcurrency")
	}) != nil {
		t.Error("a manifest that the API server refuses, and Argo CD says ", last)
	}
	measured(t, "push of a manifest that is refused to a failed sync that names the field", "%s: %.120s", seconds(time.Since(start)), last.message)
	commit, start = reverted(t)
	inStep(t, commit)
	measured(t, "revert of it to Synced and Healthy", "%s", seconds(time.Since(start)))
	traffic.stop(t)
	if traffic.sees("broken") {
		t.Error("the broken version answered")
	}
}

// TestSelfHeal deletes and changes by hand what git has.
func TestSelfHeal(t *testing.T) {
	traffic := asking(t)
	triggers := eventers.EventingV1().Triggers(segue.namespace)
	start := time.Now()
	if err := triggers.Delete(t.Context(), "trainer", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, 2*time.Minute, "the Trigger is back", func() bool {
		trigger, err := triggers.Get(t.Context(), "trainer", metav1.GetOptions{})
		return err == nil && trigger.Status.IsReady()
	})
	measured(t, "a deleted Trigger is back, ready", "%s", seconds(time.Since(start)))
	start = time.Now()
	segue.patch(t, "recommender", annotate(map[string]string{"autoscaling.knative.dev/min-scale": "2"}))
	eventually(t, 2*time.Minute, "the scale of git is back", func() bool {
		s, err := segue.service(t.Context(), "recommender")
		return err == nil && s.Spec.Template.Annotations["autoscaling.knative.dev/min-scale"] == "0" && s.IsReady()
	})
	measured(t, "a scale changed by hand is git's again", "%s", seconds(time.Since(start)))
	traffic.stop(t)
}

// TestInStep looks, for STEADY, whether Argo CD finds a difference that nobody
// made.
func TestInStep(t *testing.T) {
	steady, err := time.ParseDuration(cmp.Or(os.Getenv("STEADY"), "2m"))
	if err != nil {
		t.Fatal(err)
	}
	commit, err := pushed.git(t.Context(), "rev-parse", "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	inStep(t, commit)
	looks := 0
	for end := time.Now().Add(steady); time.Now().Before(end); time.Sleep(time.Second) {
		if now := look(t); now.sync != "Synced" || now.health != "Healthy" {
			t.Fatalf("look %d: %s", looks, now)
		}
		if looks++; looks%30 == 0 {
			refresh(t)
		}
	}
	measured(t, "Synced and Healthy without a break", "%s, %d looks", steady, looks)
}

// TestLabels finds the labels by which people's tools group pods.
func TestLabels(t *testing.T) {
	pods, err := kube.CoreV1().Pods(segue.namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	function := regexp.MustCompile(`^(recommender|trainer|dataset-check)-`)
	for _, p := range pods.Items {
		if p.Status.Phase == corev1.PodRunning && function.MatchString(p.Name) && p.Labels["app.kubernetes.io/part-of"] != "segue" {
			t.Errorf("pod %s has the labels %v", p.Name, p.Labels)
		}
	}
}
