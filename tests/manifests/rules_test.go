package manifests

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	"knative.dev/eventing/pkg/apis/eventing/v1beta3"
	sourcesv1 "knative.dev/eventing/pkg/apis/sources/v1"
	duckv1 "knative.dev/pkg/apis/duck/v1"

	"segue.dev/events"
)

const module = "ko://segue.dev/"

var sent = []string{events.TypeDatasetChanged, events.TypeDatasetRejected, events.TypeRulesPublished, events.TypeTrainingFailed}

// faults says what is wrong with objects that each are well formed.
func faults(root string, all objects) (found []string) {
	fault := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for name, pod := range all.pods() {
		for _, text := range podFaults(root, all, pod) {
			fault("%s: %s", name, text)
		}
	}
	target := func(who string, d duckv1.Destination) {
		if d.Ref == nil || all[kindOf(d.Ref)+" "+d.Ref.Name] == nil {
			fault("%s sends to what does not exist: %+v", who, d.Ref)
		}
	}
	each(all, func(t *eventingv1.Trigger) {
		target("Trigger "+t.Name, t.Spec.Subscriber)
		if all["Broker "+t.Spec.Broker] == nil {
			fault("Trigger %s: there is no Broker %s", t.Name, t.Spec.Broker)
		}
		if t.Spec.Delivery == nil || t.Spec.Delivery.Retry == nil || t.Spec.Delivery.DeadLetterSink == nil {
			fault("Trigger %s loses events: no retry or no dead-letter sink", t.Name)
		} else {
			target("Trigger "+t.Name+" dead letters", *t.Spec.Delivery.DeadLetterSink)
		}
		if kind := t.Spec.Filter.Attributes["type"]; kind != events.TypePing && !slices.Contains(sent, kind) {
			fault("Trigger %s waits for %q, which nobody sends", t.Name, kind)
		}
	})
	each(all, func(p *sourcesv1.PingSource) { target("PingSource "+p.Name, p.Spec.Sink) })
	each(all, func(b *sourcesv1.SinkBinding) {
		target("SinkBinding "+b.Name, b.Spec.Sink)
		subject := b.Spec.Subject
		if subject.Name != "" && all["Function "+subject.Name] == nil {
			fault("SinkBinding %s: there is no Service %s", b.Name, subject.Name)
		}
	})
	var types []string
	each(all, func(e *v1beta3.EventType) {
		for _, a := range e.Spec.Attributes {
			if a.Name == "type" {
				types = append(types, a.Value)
			}
		}
	})
	if slices.Sort(types); !slices.Equal(types, slices.Sorted(slices.Values(sent))) {
		fault("EventTypes are %v, sent are %v", types, sent)
	}
	slices.Sort(found)
	return found
}

// kindOf tells a Knative Service from a Kubernetes Service.
func kindOf(r *duckv1.KReference) string {
	if r.Kind == "Service" && strings.HasPrefix(r.APIVersion, "serving.knative.dev/") {
		return "Function"
	}
	return r.Kind
}

func podFaults(root string, all objects, pod *corev1.PodSpec) (found []string) {
	if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
		found = append(found, "it has a token of the cluster: automountServiceAccountToken")
	}
	if n := pod.ServiceAccountName; n != "" && all["ServiceAccount "+n] == nil {
		found = append(found, "there is no ServiceAccount "+n)
	}
	for _, c := range pod.Containers {
		found = append(found, securityFaults(c)...)
		if c.Resources.Requests.Cpu().IsZero() || c.Resources.Limits.Memory().IsZero() {
			found = append(found, "it does not say what it needs: resources")
		}
		folder, isOurs := strings.CutPrefix(c.Image, module)
		if _, err := os.Stat(filepath.Join(root, folder, "main.go")); !isOurs || err != nil {
			found = append(found, fmt.Sprintf("image %s is no program of ours", c.Image))
		}
		for _, from := range c.EnvFrom {
			if r := from.ConfigMapRef; r != nil && all["ConfigMap "+r.Name] == nil {
				found = append(found, "there is no ConfigMap "+r.Name)
			}
			if r := from.SecretRef; r != nil && all["Secret "+r.Name] == nil && (r.Optional == nil || !*r.Optional) {
				found = append(found, "there is no Secret "+r.Name)
			}
		}
	}
	return found
}

func securityFaults(c corev1.Container) (found []string) {
	s := c.SecurityContext
	if s == nil {
		return []string{"no securityContext"}
	}
	for what, right := range map[string]bool{
		"it may run as root":         s.RunAsNonRoot != nil && *s.RunAsNonRoot && (s.RunAsUser == nil || *s.RunAsUser != 0),
		"its root can be written":    s.ReadOnlyRootFilesystem != nil && *s.ReadOnlyRootFilesystem,
		"it may get more privileges": s.AllowPrivilegeEscalation != nil && !*s.AllowPrivilegeEscalation && (s.Privileged == nil || !*s.Privileged),
		"it has capabilities":        s.Capabilities != nil && slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) && len(s.Capabilities.Add) == 0,
		"it has no seccomp profile":  s.SeccompProfile != nil && s.SeccompProfile.Type == corev1.SeccompProfileTypeRuntimeDefault,
	} {
		if !right {
			found = append(found, what)
		}
	}
	return found
}
