package main

import (
	"encoding/json"
	"net/http"

	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
)

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
	return &trigger{name: t.Name, filters: newFilters(t), delivery: d}, nil
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
