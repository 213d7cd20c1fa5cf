package main

import (
	"fmt"
	"net/http"
	"net/url"

	"k8s.io/apimachinery/pkg/runtime/schema"
	duckv1 "knative.dev/pkg/apis/duck/v1"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
)

// brokerHost is where a cluster's brokers take events, at /<namespace>/<name>.
const brokerHost = "broker-ingress.knative-eventing.svc.cluster.local"

// addresses knows the URL that each Service and Broker has in a cluster, which
// is what events and error messages carry, and the place on loopback that
// stands for it.
type addresses struct {
	urls      map[string]*url.URL // in the cluster, by kind, namespace and name
	locations map[string]string   // host:port on loopback, by host in the cluster
}

// newAddresses places all Brokers at ingress, the public Service at public, and
// each other Service at a port of its own.
func newAddresses(m *manifests, ports *ports, ingress, public string) (*addresses, error) {
	a := &addresses{urls: map[string]*url.URL{}, locations: map[string]string{brokerHost: ingress}}
	for _, b := range m.brokers {
		a.urls[key("Broker", b.Namespace, b.Name)] = &url.URL{Scheme: "http", Host: brokerHost, Path: "/" + b.Namespace + "/" + b.Name}
	}
	for _, s := range m.services {
		location := public
		if !isPublic(s) {
			var err error
			if location, err = ports.reserve(0); err != nil {
				return nil, err
			}
		}
		host := hostOf(s)
		a.urls[key("Service", s.Namespace, s.Name)] = &url.URL{Scheme: "http", Host: host}
		a.locations[host] = location
	}
	return a, nil
}

func isPublic(s *servingv1.Service) bool {
	return s.Labels["networking.knative.dev/visibility"] != "cluster-local"
}

func hostOf(s *servingv1.Service) string { return s.Name + "." + s.Namespace + ".svc.cluster.local" }

func key(kind, namespace, name string) string { return kind + " " + namespace + "/" + name }

// resolve returns the URL of a sink or subscriber: its ref's, or its uri, or its
// uri relative to its ref.
func (a *addresses) resolve(namespace string, d duckv1.Destination) (*url.URL, error) {
	if d.Ref == nil {
		return d.URI.URL(), nil
	}
	ref := *d.Ref
	if ref.Namespace != "" {
		namespace = ref.Namespace
	}
	switch schema.FromAPIVersionAndKind(ref.APIVersion, ref.Kind).GroupKind().String() {
	case "Service.serving.knative.dev", "Broker.eventing.knative.dev":
	default:
		return nil, fmt.Errorf("%s %s %s: locally only Knative Services and Brokers take events", ref.APIVersion, ref.Kind, ref.Name)
	}
	base, ok := a.urls[key(ref.Kind, namespace, ref.Name)]
	if !ok {
		return nil, fmt.Errorf("no %s %s in namespace %s of %s", ref.Kind, ref.Name, namespace, manifestsDir)
	}
	if d.URI == nil {
		return base, nil
	}
	return base.ResolveReference(d.URI.URL()), nil
}

// local returns the URL that reaches the same from another process on this
// machine.
func (a *addresses) local(u *url.URL) *url.URL {
	location, ok := a.locations[u.Host]
	if !ok {
		return u
	}
	there := *u
	there.Host = location
	return &there
}

// network is the way of events: it sends requests for hosts in the cluster to
// their place on loopback, those for a Service in its turn.
type network struct {
	addresses *addresses
	services  map[string]*service // by host in the cluster
	transport http.Transport
}

// RoundTrip implements http.RoundTripper.
func (n *network) RoundTrip(request *http.Request) (*http.Response, error) {
	host := request.URL.Host
	local := request.Clone(request.Context())
	local.Host, local.URL = host, n.addresses.local(request.URL)
	if s, ok := n.services[host]; ok {
		return s.inTurn(local, n.transport.RoundTrip)
	}
	return n.transport.RoundTrip(local)
}
