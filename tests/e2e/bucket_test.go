//go:build e2e || gitops

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"

	"segue.dev/events"
	"segue.dev/shared/rules"
	"segue.dev/shared/store"
)

// bucket opens the deployment's bucket, through a forwarded port.
func (d *deployment) bucket(t *testing.T) *store.Bucket {
	t.Helper()
	t.Setenv("AWS_ENDPOINT_URL_S3", d.forward(t, "app=s3", 9000))
	t.Setenv("AWS_ACCESS_KEY_ID", "segue")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "segue-dev-only")
	bucket, err := store.Open(t.Context(), store.Config{Bucket: "segue", PathStyle: true})
	if err != nil {
		t.Fatal(err)
	}
	return bucket
}

// forward makes a port of a pod answer on loopback, for this test.
func (d *deployment) forward(t *testing.T, label string, port int) string {
	t.Helper()
	pods, err := d.pods(t.Context(), label)
	if err != nil || len(pods) == 0 {
		t.Fatal("no pod ", label, err)
	}
	request := kube.CoreV1().RESTClient().Post().Namespace(d.namespace).Resource("pods").Name(pods[0]).SubResource("portforward")
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		t.Fatal(err)
	}
	stop, ready, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	dialer := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, request.URL())
	forwarder, err := portforward.New(dialer, []string{fmt.Sprint(":", port)}, stop, ready, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	go func() { ended <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	t.Cleanup(func() { close(stop) })
	ports, err := forwarder.GetPorts()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint("http://127.0.0.1:", ports[0].Local)
}

// current reads the pointer to the published rules.
func current(t *testing.T, b *store.Bucket) *rules.Current {
	t.Helper()
	object, err := b.Get(t.Context(), rules.CurrentKey, "")
	if err != nil {
		t.Fatal(err)
	}
	pointer, err := rules.ParseCurrent(object.Body)
	if err != nil {
		t.Fatal(err)
	}
	return pointer
}

// announced is the event that dataset-check sends about the dataset as it knows
// it now.
func announced(t *testing.T, b *store.Bucket) events.DatasetChanged {
	t.Helper()
	object, err := b.Get(t.Context(), "state/dataset-check/playlists.json", "")
	if err != nil {
		t.Fatal(err)
	}
	var e events.DatasetChanged
	if err := json.Unmarshal(object.Body, &e); err != nil {
		t.Fatal(err)
	}
	e.Attempt = 1
	return e
}

// quiet ends the PingSource's ticks, so that tests tick when they mean to.
func (d *deployment) quiet(t *testing.T) {
	t.Helper()
	pings := eventers.SourcesV1().PingSources(d.namespace)
	source, err := pings.Get(t.Context(), "dataset-check", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	source.Spec.Schedule = "0 0 1 1 *"
	if _, err := pings.Update(t.Context(), source, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second)
}
