//go:build e2e || gitops

// Package e2e deploys Segue to a Knative cluster, KUBECONFIG's, with ko, breaks
// it on purpose, and measures it. INGRESS, if set, is where the cluster's
// gateway answers; otherwise the Services' own URLs must.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	eventing "knative.dev/eventing/pkg/client/clientset/versioned"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
	serving "knative.dev/serving/pkg/client/clientset/versioned"

	"segue.dev/tests/manifests"
)

// The cluster's clients.
var (
	config   *rest.Config
	kube     *kubernetes.Clientset
	knative  *serving.Clientset
	eventers *eventing.Clientset
)

func connect() (err error) {
	config, err = clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return fmt.Errorf("KUBECONFIG: %w", err)
	}
	config.QPS, config.Burst = 50, 100
	kube = kubernetes.NewForConfigOrDie(config)
	knative = serving.NewForConfigOrDie(config)
	eventers = eventing.NewForConfigOrDie(config)
	_, err = kube.Discovery().ServerVersion()
	return err
}

// deployment is Segue in a namespace of its own.
type deployment struct{ namespace string }

// render builds a kustomization at the repository's root and pushes its images.
func render(ctx context.Context, top string) ([]byte, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return nil, err
	}
	built, err := manifests.Build(root, top)
	if err != nil {
		return nil, err
	}
	yaml, err := built.AsYaml()
	if err != nil {
		return nil, err
	}
	return pipe(ctx, root, yaml, "ko", "resolve", "--sbom=none", "-f", "-")
}

// pipe runs a command in dir and gives what it prints.
func pipe(ctx context.Context, dir string, input []byte, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var out, problem bytes.Buffer
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, bytes.NewReader(input), &out, &problem
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, problem.String())
	}
	return out.Bytes(), nil
}

// service gives a Knative Service as it is now.
func (d *deployment) service(ctx context.Context, name string) (*servingv1.Service, error) {
	return knative.ServingV1().Services(d.namespace).Get(ctx, name, metav1.GetOptions{})
}

// patch changes a Knative Service by a JSON merge patch.
func (d *deployment) patch(t *testing.T, name, change string) *servingv1.Service {
	t.Helper()
	s, err := knative.ServingV1().Services(d.namespace).Patch(t.Context(), name, types.MergePatchType, []byte(change), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// annotate is a change that annotates pods.
func annotate(annotations map[string]string) string {
	change, _ := json.Marshal(annotations) // strings never fail
	return fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":%s}}}}`, change)
}

// set gives a function another value of a setting, or with "" the manifests'
// own again, and waits until it is rolled out.
func (d *deployment) set(t *testing.T, name, variable, value string) {
	t.Helper()
	s, err := d.service(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	container := &s.Spec.Template.Spec.Containers[0]
	container.Env = slices.DeleteFunc(container.Env, func(e corev1.EnvVar) bool { return e.Name == variable })
	if value != "" {
		container.Env = append(container.Env, corev1.EnvVar{Name: variable, Value: value})
	}
	s, err = knative.ServingV1().Services(d.namespace).Update(t.Context(), s, metav1.UpdateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d.rolledOut(t, name, s.Generation)
}

// rolledOut waits until all traffic is on the generation's revision.
func (d *deployment) rolledOut(t *testing.T, name string, generation int64) {
	t.Helper()
	eventually(t, 3*time.Minute, name+" has all traffic on the new revision", func() bool {
		s, err := d.service(t.Context(), name)
		return err == nil && s.Status.ObservedGeneration >= generation && s.IsReady() && onLatest(s)
	})
}

// reached gives the time from which on the dataset host's pod could connect to the Service
// of the revision that follows before's, or zero if that took a minute.
func (d *deployment) reached(ctx context.Context, before *servingv1.Service) (at time.Time) {
	_ = wait(time.Minute, "", func() bool {
		now, err := d.service(ctx, before.Name)
		if err != nil || now.Status.LatestCreatedRevisionName == before.Status.LatestCreatedRevisionName {
			return ctx.Err() != nil
		}
		s, err := kube.CoreV1().Services(d.namespace).Get(ctx, now.Status.LatestCreatedRevisionName, metav1.GetOptions{})
		if err != nil {
			return false
		}
		err = proxied(http.MethodGet, d.namespace, "host", "dial", net.JoinHostPort(s.Spec.ClusterIP, "80")).Do(ctx).Error()
		if err == nil {
			at = time.Now()
		}
		return err == nil
	})
	return at
}

func onLatest(s *servingv1.Service) bool {
	return len(s.Status.Traffic) == 1 && s.Status.Traffic[0].RevisionName == s.Status.LatestCreatedRevisionName
}

// pods lists the live pods that have the label.
func (d *deployment) pods(ctx context.Context, label string) ([]string, error) {
	list, err := kube.CoreV1().Pods(d.namespace).List(ctx, metav1.ListOptions{LabelSelector: label})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range list.Items {
		if p.Status.Phase != "Succeeded" && p.Status.Phase != "Failed" {
			names = append(names, p.Name)
		}
	}
	return names, nil
}

// kill ends the pods that have the label at once, as a lost node does.
func kill(t *testing.T, namespace, label string) {
	t.Helper()
	now := int64(0)
	err := kube.CoreV1().Pods(namespace).DeleteCollection(t.Context(), metav1.DeleteOptions{GracePeriodSeconds: &now}, metav1.ListOptions{LabelSelector: label})
	if err != nil {
		t.Fatal(err)
	}
}

// logs tells whether a live pod that has the label wrote text.
func (d *deployment) logs(t *testing.T, label, text string) bool {
	t.Helper()
	pods, err := d.pods(t.Context(), label)
	if err != nil {
		t.Fatal(err)
	}
	for _, pod := range pods {
		log, err := kube.CoreV1().Pods(d.namespace).GetLogs(pod, &corev1.PodLogOptions{Container: "user-container"}).DoRaw(t.Context())
		if err == nil && bytes.Contains(log, []byte(text)) {
			return true
		}
	}
	return false
}

// client reaches the cluster's gateway. At a gateway on loopback it speaks
// HTTP/2: one that is a ReverseProxy of Go's cuts some answers to HTTP/1
// clients short (golang/go#40747), which would be counted as Segue's failures.
func client(connections int) *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: connections}
	if ingress := strings.TrimPrefix(os.Getenv("INGRESS"), "http://"); ingress != "" {
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetUnencryptedHTTP2(true)
		transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, ingress)
		}
	}
	return &http.Client{Transport: transport, Timeout: time.Minute}
}

// wait waits until what holds.
func wait(within time.Duration, what string, holds func() bool) error {
	for deadline := time.Now().Add(within); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("not within %v: %s", within, what)
		}
	}
	return nil
}

func eventually(t *testing.T, within time.Duration, what string, holds func() bool) {
	t.Helper()
	if err := wait(within, what, holds); err != nil {
		t.Fatal(err)
	}
}
