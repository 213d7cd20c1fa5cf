package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	eventingv1beta3 "knative.dev/eventing/pkg/apis/eventing/v1beta3"
	"knative.dev/eventing/pkg/apis/feature"
	sourcesv1 "knative.dev/eventing/pkg/apis/sources/v1"
	"knative.dev/pkg/apis"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/kustomize/api/resource"
)

// manifests are the objects of knative/base that the local platform runs, with
// defaults set and values checked by the code of Knative's own webhooks.
type manifests struct {
	configMaps   []*configMap
	services     []*servingv1.Service
	brokers      []*eventingv1.Broker
	triggers     []*eventingv1.Trigger
	sinkBindings []*sourcesv1.SinkBinding
	pingSources  []*sourcesv1.PingSource
	warnings     []string // what the manifests ask for and will not get
}

// nameHash is what kustomize adds to the name of a generated ConfigMap.
var nameHash = regexp.MustCompile(`-[2456789bcdfghkmt]{10}$`)

// configMap is a rendered ConfigMap and the name that it had before kustomize
// added a hash.
type configMap struct {
	corev1.ConfigMap
	original string
}

// loadManifests renders and decodes knative/base. The error lists all that is
// wrong, each with its file.
func loadManifests(root string) (*manifests, error) {
	rendered, err := render(root)
	if err != nil {
		return nil, err
	}
	m := &manifests{}
	var errs []error
	for _, r := range rendered {
		if err := m.add(r); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", describe(r.GetKind(), r.GetName(), r.GetAnnotations()), err))
		}
	}
	for _, s := range m.services {
		m.warnings = append(m.warnings, unsupportedInService(s)...)
	}
	return m, errors.Join(errs...)
}

// add decodes one object into the list of its kind.
func (m *manifests) add(r *resource.Resource) error {
	switch r.GetApiVersion() + " " + r.GetKind() {
	case "v1 Namespace": // this one and the next two are checked, but nothing is to be run
		return decode(r, &corev1.Namespace{})
	case "v1 ServiceAccount":
		return decode(r, &corev1.ServiceAccount{})
	case "eventing.knative.dev/v1beta3 EventType":
		return addObject(new([]*eventingv1beta3.EventType), r)
	case "v1 ConfigMap":
		c := &configMap{original: nameHash.ReplaceAllString(r.GetName(), "")}
		m.configMaps = append(m.configMaps, c)
		return decode(r, &c.ConfigMap)
	case "serving.knative.dev/v1 Service":
		return addService(&m.services, r)
	case "eventing.knative.dev/v1 Broker":
		return addObject(&m.brokers, r)
	case "eventing.knative.dev/v1 Trigger":
		return addObject(&m.triggers, r)
	case "sources.knative.dev/v1 SinkBinding":
		return addObject(&m.sinkBindings, r)
	case "sources.knative.dev/v1 PingSource":
		return addObject(&m.pingSources, r)
	}
	m.warnings = append(m.warnings, describe(r.GetKind(), r.GetName(), r.GetAnnotations())+": this kind is not run locally")
	return nil
}

// decode refuses fields that the type does not have.
func decode(r *resource.Resource, object any) error {
	data, err := r.MarshalJSON()
	if err != nil {
		return err
	}
	unknown, err := json.UnmarshalStrict(data, object)
	return errors.Join(append(unknown, err)...)
}

// webhooked is an object whose defaults and checks Knative ships with its type.
type webhooked[T any] interface {
	*T
	apis.Defaultable
	apis.Validatable
}

func addObject[T any, P webhooked[T]](list *[]P, r *resource.Resource) error {
	object := P(new(T))
	if err := decode(r, object); err != nil {
		return err
	}
	*list = append(*list, object)
	return check(object)
}

// addService takes the ko:// off the images first, as ko does before the
// webhooks see them.
func addService(list *[]*servingv1.Service, r *resource.Resource) error {
	service := &servingv1.Service{}
	if err := decode(r, service); err != nil {
		return err
	}
	for i := range service.Spec.Template.Spec.Containers {
		container := &service.Spec.Template.Spec.Containers[i]
		image, ok := strings.CutPrefix(container.Image, "ko://")
		if !ok {
			return fmt.Errorf("image %q: only images built by ko (ko://…) run locally", container.Image)
		}
		container.Image = image
	}
	*list = append(*list, service)
	return check(service)
}

// check sets the defaults that Knative sets and refuses what it refuses, with
// the features on that the local platform honours.
func check[T any, P webhooked[T]](object P) error {
	ctx := feature.ToContext(context.Background(), feature.Flags{
		feature.DeliveryTimeout:    feature.Enabled,
		feature.DeliveryRetryAfter: feature.Enabled,
	})
	object.SetDefaults(ctx)
	if err := object.Validate(ctx).Filter(apis.ErrorLevel); err != nil { // not its warnings
		return err
	}
	return nil
}

// describe names an object and the file that it comes from, as render noted it.
func describe(kind, name string, annotations map[string]string) string {
	origin, _, _ := strings.Cut(annotations["config.kubernetes.io/origin"], "\n")
	file, ok := strings.CutPrefix(origin, "path: ")
	if !ok { // generated
		file = manifestsDir + "/kustomization.yaml"
	}
	return fmt.Sprintf("%s: %s %s", file, kind, name)
}

// wrong is an error about a decoded object.
func wrong(kind string, o metav1.Object, format string, args ...any) error {
	return fmt.Errorf("%s: %w", describe(kind, o.GetName(), o.GetAnnotations()), fmt.Errorf(format, args...))
}
