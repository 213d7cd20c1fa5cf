//go:build gitops

package e2e

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"segue.dev/tests/manifests"
)

// argo is where Argo CD keeps its Applications; pushed is the branch that ours
// watches.
var (
	argo   dynamic.ResourceInterface
	pushed *branch
)

// begin pushes a first release to GIT_PUSH, and tells Argo CD, which reads it at
// GIT_URL, of it by the manifests that users apply.
func begin(ctx context.Context) (*deployment, error) {
	if os.Getenv("GIT_PUSH") == "" || os.Getenv("GIT_URL") == "" {
		return nil, errors.New("GIT_PUSH and GIT_URL say where to push releases, and where Argo CD reads them")
	}
	clients, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	argo = clients.Resource(schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "applications"}).Namespace("argocd")
	d := &deployment{fmt.Sprint("segue-gitops-", time.Now().Unix())}
	if pushed, err = newBranch(ctx, os.Getenv("GIT_PUSH"), d.namespace); err != nil {
		return nil, err
	}
	if _, err := pushed.release(ctx, "1", nil); err != nil {
		return nil, err
	}
	if err := introduce(ctx, d.namespace); err != nil {
		return nil, err
	}
	return d, nil
}

// introduce applies knative/argocd for a namespace, a branch of its name, and
// the git server.
func introduce(ctx context.Context, namespace string) error {
	health, err := pipe(ctx, "../..", nil, "kubectl", "kustomize", "knative/argocd/health")
	if err != nil {
		return err
	}
	if _, err := pipe(ctx, ".", health, "kubectl", "apply", "--server-side", "-f", "-"); err != nil {
		return err
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		return err
	}
	built, err := manifests.Build(root, fmt.Sprintf(`
resources: [knative/argocd]
patches:
  - target: {kind: AppProject}
    patch: |
      - {op: replace, path: /metadata/name, value: %[1]s}
      - {op: replace, path: /spec/sourceRepos/0, value: %[2]q}
      - {op: replace, path: /spec/destinations/0/namespace, value: %[1]s}
  - target: {kind: Application}
    patch: |
      - {op: replace, path: /metadata/name, value: %[1]s}
      - {op: replace, path: /spec/project, value: %[1]s}
      - {op: replace, path: /spec/source/repoURL, value: %[2]q}
      - {op: replace, path: /spec/source/targetRevision, value: %[1]s}
      - {op: replace, path: /spec/destination/namespace, value: %[1]s}
`, namespace, os.Getenv("GIT_URL")))
	if err != nil {
		return err
	}
	yaml, err := built.AsYaml()
	if err != nil {
		return err
	}
	_, err = pipe(ctx, ".", yaml, "kubectl", "apply", "-f", "-")
	return err
}

// remove tells Argo CD to forget Segue, then ends it.
func (d *deployment) remove() error {
	_, err := pipe(context.Background(), ".", nil, "kubectl", "--namespace", "argocd", "delete", "application,appproject", d.namespace)
	return errors.Join(err, os.RemoveAll(pushed.folder),
		kube.CoreV1().Namespaces().Delete(context.Background(), d.namespace, metav1.DeleteOptions{}))
}

// application is what Argo CD says of Segue.
type application struct{ sync, health, revision, phase, message string }

func (a application) String() string {
	return fmt.Sprintf("%s, %s, operation %s %s", a.sync, a.health, cmp.Or(a.phase, "none"), a.message)
}

func look(t *testing.T) application {
	t.Helper()
	object, err := argo.Get(t.Context(), segue.namespace, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	field := func(path ...string) string {
		value, _, _ := unstructured.NestedString(object.Object, append([]string{"status"}, path...)...)
		return value
	}
	return application{field("sync", "status"), field("health", "status"), field("sync", "revision"),
		field("operationState", "phase"), field("operationState", "message")}
}

// refresh tells Argo CD of a push, as a webhook does.
func refresh(t *testing.T) {
	t.Helper()
	note := []byte(`{"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}}`)
	if _, err := argo.Patch(t.Context(), segue.namespace, types.MergePatchType, note, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
}

// inStep waits until the cluster is as the commit says, and healthy.
func inStep(t *testing.T, commit string) {
	t.Helper()
	var last application
	if wait(3*time.Minute, "", func() bool {
		last = look(t)
		return last.revision == commit && last.sync == "Synced" && last.health == "Healthy" && last.phase == "Succeeded"
	}) != nil {
		t.Fatal("not in step with ", commit, ": ", last)
	}
}
