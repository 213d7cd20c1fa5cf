//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// begin deploys what most tests look at.
func begin(ctx context.Context) (*deployment, error) {
	return deploy(ctx, fmt.Sprint("segue-e2e-", time.Now().Unix()))
}

// deploy builds and applies the tests' overlay with the components. First comes
// what functions are told K_SINK by, then the rest.
func deploy(ctx context.Context, namespace string, components ...string) (*deployment, error) {
	top := "resources: [tests/e2e/overlay]\nnamespace: " + namespace + "\n"
	if len(components) > 0 {
		top += "components: [" + strings.Join(components, ", ") + "]\n"
	}
	resolved, err := render(ctx, top)
	if err != nil {
		return nil, err
	}
	d := &deployment{namespace}
	if _, err := pipe(ctx, ".", resolved, "kubectl", "apply", "-f", "-", "--selector", "app.kubernetes.io/component=wiring"); err != nil {
		return d, err
	}
	if err := wait(time.Minute, "the Broker is ready", func() bool {
		b, err := eventers.EventingV1().Brokers(namespace).Get(ctx, "default", metav1.GetOptions{})
		return err == nil && b.IsReady()
	}); err != nil {
		return d, err
	}
	_, err = pipe(ctx, ".", resolved, "kubectl", "apply", "-f", "-")
	return d, err
}

func (d *deployment) remove() error {
	return kube.CoreV1().Namespaces().Delete(context.Background(), d.namespace, metav1.DeleteOptions{})
}
