package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"time"

	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
)

// platform is the manifests turned into what runs: all names resolved, nothing
// started.
type platform struct {
	settings  settings
	manifests *manifests
	terminal  *terminal
	ingress   string // host:port of the brokers
	addresses *addresses
	network   *network
	functions []function
	services  []*service
	public    *service
	brokers   map[string]*broker
	pings     []*ping
}

// newPlatform finds everything that the manifests refer to; the public Service
// will answer at public.
func newPlatform(s settings, m *manifests, t *terminal, public string) (*platform, error) {
	ingress, err := reservePort(0)
	if err != nil {
		return nil, err
	}
	addresses, err := newAddresses(m, ingress, public)
	if err != nil {
		return nil, err
	}
	p := &platform{
		settings: s, manifests: m, terminal: t, ingress: ingress, addresses: addresses,
		network: &network{addresses: addresses, services: map[string]*service{}},
		brokers: map[string]*broker{},
	}
	for _, add := range []func() error{p.addServices, p.bindSinks, p.addBrokers, p.addPings} {
		if err := add(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *platform) addServices() error {
	for _, s := range p.manifests.services {
		f, err := functionOf(p.settings.root, s)
		if err != nil {
			return err
		}
		added, err := p.newService(s, f)
		if err != nil {
			return err
		}
		if isPublic(s) && p.public != nil {
			return wrong("Service", s, "%s is public too: only one can answer at PORT; label the other networking.knative.dev/visibility: cluster-local", p.public.name)
		}
		if isPublic(s) {
			p.public = added
		}
		p.functions = append(p.functions, f)
		p.services = append(p.services, added)
		p.network.services[hostOf(s)] = added
	}
	if p.public == nil {
		return fmt.Errorf("%s: no Service is public: all are labelled networking.knative.dev/visibility: cluster-local", manifestsDir)
	}
	return nil
}

func (p *platform) newService(s *servingv1.Service, f function) (*service, error) {
	own, usesBucket, err := p.manifests.environmentOf(s)
	if err != nil {
		return nil, err
	}
	location := p.addresses.locations[hostOf(s)]
	variables := map[string]string{}
	maps.Copy(variables, p.settings.inherited)
	maps.Copy(variables, own)
	maps.Copy(variables, knativeVariables(s, f, location))
	p.terminal.widen(len(s.Name))
	spec := s.Spec.Template.Spec
	added := &service{
		name:       s.Name,
		variables:  variables,
		usesBucket: usesBucket,
		location:   location,
		probe:      spec.Containers[0].ReadinessProbe,
		timeout:    time.Duration(*spec.TimeoutSeconds) * time.Second,
		log:        p.terminal.logger(s.Name),
		process: process{
			path:   f.binary,
			args:   spec.Containers[0].Args,
			dir:    p.settings.root,
			output: p.terminal.writer(s.Name),
		},
	}
	if n := *spec.ContainerConcurrency; n > 0 {
		added.turns = make(chan struct{}, n)
	}
	return added, nil
}

// knativeVariables are what Knative and ko set in every container, and HOST,
// which keeps the function on loopback.
func knativeVariables(s *servingv1.Service, f function, location string) map[string]string {
	host, port, _ := net.SplitHostPort(location) // from a listener
	return map[string]string{
		"HOST":            host,
		"PORT":            port,
		"KO_DATA_PATH":    f.koData,
		"K_SERVICE":       s.Name,
		"K_CONFIGURATION": s.Name,
		"K_REVISION":      s.Name + "-00001",
	}
}

// bindSinks gives the subject of each SinkBinding its K_SINK.
func (p *platform) bindSinks() error {
	for _, b := range p.manifests.sinkBindings {
		sink, err := p.addresses.resolve(b.Namespace, b.Spec.Sink)
		if err != nil {
			return wrong("SinkBinding", b, "spec.sink: %w", err)
		}
		u, ok := p.addresses.urls[key(b.Spec.Subject.Kind, b.Spec.Subject.Namespace, b.Spec.Subject.Name)]
		if !ok || p.network.services[u.Host] == nil {
			return wrong("SinkBinding", b, "spec.subject: no Service %q in namespace %s of %s", b.Spec.Subject.Name, b.Namespace, manifestsDir)
		}
		variables := p.network.services[u.Host].variables
		variables["K_SINK"] = p.addresses.local(sink).String()
		if b.Spec.CloudEventOverrides != nil {
			overrides, err := json.Marshal(b.Spec.CloudEventOverrides)
			if err != nil {
				return wrong("SinkBinding", b, "spec.ceOverrides: %w", err)
			}
			variables["K_CE_OVERRIDES"] = string(overrides)
		}
	}
	return nil
}

func (p *platform) addBrokers() error {
	specs := map[string]*eventingv1.Broker{}
	for _, b := range p.manifests.brokers {
		id := key("Broker", b.Namespace, b.Name)
		specs[id] = b
		p.brokers[id] = &broker{log: p.terminal.logger("broker")}
	}
	for _, t := range p.manifests.triggers {
		id := key("Broker", t.Namespace, t.Spec.Broker)
		if specs[id] == nil {
			return wrong("Trigger", t, "spec.broker: no Broker %q in namespace %s of %s", t.Spec.Broker, t.Namespace, manifestsDir)
		}
		added, err := p.newTrigger(t, specs[id])
		if err != nil {
			return err
		}
		p.brokers[id].triggers = append(p.brokers[id].triggers, added)
	}
	return nil
}

// newTrigger resolves a Trigger's subscriber and delivery. The Broker's delivery
// stands in for a missing one, its dead-letter sink for a missing sink.
func (p *platform) newTrigger(t *eventingv1.Trigger, b *eventingv1.Broker) (*trigger, error) {
	spec := t.Spec.Delivery
	if spec == nil {
		spec = b.Spec.Delivery
	}
	d := newDelivery(spec)
	d.sender.client = p.client()
	var err error
	if d.subscriber, err = p.addresses.resolve(t.Namespace, t.Spec.Subscriber); err != nil {
		return nil, wrong("Trigger", t, "spec.subscriber: %w", err)
	}
	if spec != nil && spec.DeadLetterSink != nil {
		d.deadLetter, err = p.addresses.resolve(t.Namespace, *spec.DeadLetterSink)
	} else if b.Spec.Delivery != nil && b.Spec.Delivery.DeadLetterSink != nil {
		d.deadLetter, err = p.addresses.resolve(b.Namespace, *b.Spec.Delivery.DeadLetterSink)
	}
	if err != nil {
		return nil, wrong("Trigger", t, "deadLetterSink: %w", err)
	}
	return &trigger{name: t.Name, filter: newFilter(t), delivery: d}, nil
}

func (p *platform) addPings() error {
	for _, source := range p.manifests.pingSources {
		added, err := newPing(source, p.settings.Tick)
		if err != nil {
			return wrong("PingSource", source, "%w", err)
		}
		if added.sink, err = p.addresses.resolve(source.Namespace, source.Spec.Sink); err != nil {
			return wrong("PingSource", source, "spec.sink: %w", err)
		}
		added.sender.client, added.log = p.client(), p.terminal.logger("ping")
		p.pings = append(p.pings, added)
	}
	return nil
}

// client sends events into the platform's network.
func (p *platform) client() *http.Client { return &http.Client{Transport: p.network} }
