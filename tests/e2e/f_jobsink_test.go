//go:build e2e

package e2e

import (
	"bytes"
	"slices"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"

	"segue.dev/shared/rules"
)

// TestJobSink trains the same dataset in a Service and in a Job, then one that
// takes longer than a request may.
func TestJobSink(t *testing.T) {
	_, second := datasets(t)
	segue.replace(t, second)
	segue.tick(t)
	segue.serves(t, time.Minute, second)
	jobs, err := deploy(t.Context(), segue.namespace+"-job", "knative/components/jobsink")
	if jobs != nil {
		t.Cleanup(func() { jobs.remove() })
	}
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, 2*time.Minute, "the functions are ready", func() bool {
		for _, name := range []string{"dataset-check", "recommender"} {
			if s, err := jobs.service(t.Context(), name); err != nil || !s.IsReady() {
				return false
			}
		}
		return true
	})
	eventually(t, 2*time.Minute, "the Triggers are ready", func() bool {
		list, err := eventers.EventingV1().Triggers(jobs.namespace).List(t.Context(), metav1.ListOptions{})
		return err == nil && !slices.ContainsFunc(list.Items, func(trigger eventingv1.Trigger) bool { return !trigger.Status.IsReady() })
	})
	jobs.replace(t, second)
	start := time.Now()
	jobs.tick(t)
	jobs.serves(t, 2*time.Minute, second)
	measured(t, "tick to rules of a Job served", "%s", seconds(time.Since(start)))
	id := sameRules(t, jobs)
	measured(t, "rules of Service and Job", "equal: %s", id)

	trainer := segue.patch(t, "trainer", `{"spec":{"template":{"spec":{"timeoutSeconds":2,"responseStartTimeoutSeconds":2}}}}`)
	segue.rolledOut(t, "trainer", trainer.Generation)
	long := synthetic(20_000, 200, 4000, 2)
	start = time.Now()
	jobs.replace(t, long)
	jobs.tick(t)
	jobs.serves(t, 5*time.Minute, long)
	measured(t, "a training in a Job, longer than the Service's request timeout", "%s, by the Job's own time %s", seconds(time.Since(start)), seconds(longest(t, jobs)))
	if longest(t, jobs) < 2*time.Second {
		t.Error("the training was shorter than the request timeout")
	}
	time.Sleep(5 * time.Second)
	segue.replace(t, long)
	segue.tickAside(t)
	bucket := segue.bucket(t)
	eventually(t, 4*time.Minute, "the Service's training times out and is dead-lettered", func() bool {
		dead := announced(t, bucket)
		_, _, err := bucket.Stat(t.Context(), deadLetter(dead))
		return err == nil && dead.Digest == digest(long)
	})
	measured(t, "the same training in a Service with a timeout of 2 s", "dead-lettered, as it must")
}

// sameRules compares the published objects of both deployments.
func sameRules(t *testing.T, other *deployment) string {
	t.Helper()
	var objects [2][]byte
	var id string
	for i, d := range []*deployment{segue, other} {
		bucket := d.bucket(t)
		id = current(t, bucket).ID
		object, err := bucket.Get(t.Context(), rules.Key(id), "")
		if err != nil {
			t.Fatal(err)
		}
		objects[i] = object.Body
	}
	if !bytes.Equal(objects[0], objects[1]) {
		t.Errorf("the rules differ: %d and %d bytes", len(objects[0]), len(objects[1]))
	}
	return id
}

// longest is the run time of the Job that took longest.
func longest(t *testing.T, d *deployment) (most time.Duration) {
	t.Helper()
	var list *batchv1.JobList
	eventually(t, 30*time.Second, "the Jobs end", func() bool {
		var err error
		list, err = kube.BatchV1().Jobs(d.namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range list.Items {
			if j.Status.CompletionTime == nil {
				return false
			}
			most = max(most, j.Status.CompletionTime.Sub(j.Status.StartTime.Time))
		}
		return true
	})
	return most
}
