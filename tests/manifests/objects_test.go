package manifests

import (
	"context"
	"errors"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	"knative.dev/eventing/pkg/apis/eventing/v1alpha1"
	"knative.dev/eventing/pkg/apis/eventing/v1beta3"
	"knative.dev/eventing/pkg/apis/feature"
	sinksv1alpha1 "knative.dev/eventing/pkg/apis/sinks/v1alpha1"
	sourcesv1 "knative.dev/eventing/pkg/apis/sources/v1"
	"knative.dev/pkg/apis"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/kustomize/api/resmap"
)

// kinds are the Go types of all that is deployed: those that the API server and
// Knative's webhooks decode into.
var kinds = map[string]func() metav1.Object{
	"v1 Namespace":                              func() metav1.Object { return new(corev1.Namespace) },
	"v1 ConfigMap":                              func() metav1.Object { return new(corev1.ConfigMap) },
	"v1 Secret":                                 func() metav1.Object { return new(corev1.Secret) },
	"v1 ServiceAccount":                         func() metav1.Object { return new(corev1.ServiceAccount) },
	"v1 Service":                                func() metav1.Object { return new(corev1.Service) },
	"apps/v1 Deployment":                        func() metav1.Object { return new(appsv1.Deployment) },
	"networking.k8s.io/v1 NetworkPolicy":        func() metav1.Object { return new(networkingv1.NetworkPolicy) },
	"serving.knative.dev/v1 Service":            func() metav1.Object { return new(servingv1.Service) },
	"eventing.knative.dev/v1 Broker":            func() metav1.Object { return new(eventingv1.Broker) },
	"eventing.knative.dev/v1 Trigger":           func() metav1.Object { return new(eventingv1.Trigger) },
	"eventing.knative.dev/v1alpha1 EventPolicy": func() metav1.Object { return new(v1alpha1.EventPolicy) },
	"eventing.knative.dev/v1beta3 EventType":    func() metav1.Object { return new(v1beta3.EventType) },
	"sinks.knative.dev/v1alpha1 JobSink":        func() metav1.Object { return new(sinksv1alpha1.JobSink) },
	"sources.knative.dev/v1 PingSource":         func() metav1.Object { return new(sourcesv1.PingSource) },
	"sources.knative.dev/v1 SinkBinding":        func() metav1.Object { return new(sourcesv1.SinkBinding) },
}

// objects is what one kustomization gives, by "Kind name".
type objects map[string]metav1.Object

// decode refuses unknown kinds and fields, and what Knative's schemas and
// webhooks refuse.
func decode(built resmap.ResMap) (objects, error) {
	all := objects{}
	var errs []error
	for _, r := range built.Resources() {
		name := r.GetKind() + " " + r.GetName()
		group := r.GetApiVersion() + " " + r.GetKind()
		if group == "serving.knative.dev/v1 Service" {
			name = "Function " + r.GetName()
		}
		make, known := kinds[group]
		if !known {
			errs = append(errs, fmt.Errorf("%s: kind %s is not one of ours", name, group))
			continue
		}
		data, err := r.MarshalJSON()
		if err != nil {
			return nil, err
		}
		object := make()
		unknown, err := json.UnmarshalStrict(data, object)
		for _, err := range append(unknown, err, fits(group, data), webhook(object)) {
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
		}
		if object.GetNamespace() == "" && r.GetKind() != "Namespace" {
			errs = append(errs, fmt.Errorf("%s has no namespace", name))
		}
		all[name] = object
	}
	return all, errors.Join(errs...)
}

// webhook checks an object by the code of Knative's own webhooks.
func webhook(object metav1.Object) error {
	if _, ok := object.(*sinksv1alpha1.JobSink); ok {
		return nil // it asks the API server
	}
	checked, ok := object.(interface {
		apis.Defaultable
		apis.Validatable
	})
	if !ok {
		return nil
	}
	if s, ok := object.(*servingv1.Service); ok { // ko replaces its paths before
		copy := s.DeepCopy()
		for i, c := range copy.Spec.Template.Spec.Containers {
			copy.Spec.Template.Spec.Containers[i].Image = strings.TrimPrefix(c.Image, "ko://")
		}
		checked = copy
	}
	ctx := feature.ToContext(context.Background(), feature.Flags{
		feature.DeliveryTimeout:    feature.Enabled,
		feature.OIDCAuthentication: feature.Enabled,
	})
	checked.SetDefaults(ctx)
	if err := checked.Validate(ctx).Filter(apis.ErrorLevel); err != nil {
		return err
	}
	return nil
}

// each calls f with every object of a type.
func each[T metav1.Object](all objects, f func(T)) {
	for _, o := range all {
		if typed, ok := o.(T); ok {
			f(typed)
		}
	}
}

// pods gives the pod specs of all that runs, by "Kind name".
func (all objects) pods() map[string]*corev1.PodSpec {
	pods := map[string]*corev1.PodSpec{}
	each(all, func(s *servingv1.Service) { pods["Function "+s.Name] = &s.Spec.Template.Spec.PodSpec })
	each(all, func(d *appsv1.Deployment) { pods["Deployment "+d.Name] = &d.Spec.Template.Spec })
	each(all, func(s *sinksv1alpha1.JobSink) {
		if s.Spec.Job != nil {
			pods["JobSink "+s.Name] = &s.Spec.Job.Spec.Template.Spec
		}
	})
	return pods
}
