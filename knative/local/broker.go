package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"go.uber.org/zap"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	"knative.dev/eventing/pkg/eventfilter"
	"knative.dev/eventing/pkg/eventfilter/attributes"
	"knative.dev/eventing/pkg/eventfilter/subscriptionsapi"
	"knative.dev/pkg/logging"
)

// maxReplies is how often in a row an event may be answered by an event, as in
// Knative: it ends a circle of functions that answer each other.
const maxReplies = 255

// broker is one Broker and its Triggers.
type broker struct {
	triggers   []*trigger
	log        *slog.Logger
	deliveries sync.WaitGroup
	life       context.Context // ends with the platform, and all deliveries with it
}

// trigger is one Trigger: which events it wants, and how to deliver them.
type trigger struct {
	name     string
	filters  []eventfilter.Filter
	delivery delivery
}

// newFilters returns Knative's own filters for the Trigger, all of which must
// pass; its filters, if there are any, take the place of its filter.
func newFilters(t *eventingv1.Trigger) []eventfilter.Filter {
	if len(t.Spec.Filters) > 0 {
		return subscriptionsapi.MaterializeFiltersList(zap.NewNop(), t.Spec.Filters)
	}
	return []eventfilter.Filter{attributes.NewAttributesFilter(t.Spec.Filter.Attributes)}
}

// accepts tells whether the Trigger wants the event.
func (t *trigger) accepts(ctx context.Context, event cloudevents.Event) bool {
	ctx = logging.WithLogger(ctx, zap.NewNop().Sugar())
	for _, f := range t.filters {
		if f.Filter(ctx, event) == eventfilter.FailFilter {
			return false
		}
	}
	return true
}

// ServeHTTP takes one event: 202 if it will be delivered to the Triggers that
// want it, 400 if it is none.
func (b *broker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	event, err := cehttp.NewEventFromHTTPRequest(r)
	if err == nil {
		err = event.Validate()
	}
	if err != nil {
		http.Error(w, fmt.Sprintf("not a CloudEvent: %v", err), http.StatusBadRequest)
		return
	}
	b.publish(*event, maxReplies)
	w.WriteHeader(http.StatusAccepted)
}

// publish begins to deliver the event.
func (b *broker) publish(event cloudevents.Event, replies int) {
	event.SetExtension("knativearrivaltime", cloudevents.Timestamp{Time: time.Now()})
	for _, t := range b.triggers {
		if t.accepts(b.life, event) {
			b.deliveries.Go(func() { b.deliver(t, event.Clone(), replies) })
		}
	}
}

// deliver sends the event to the Trigger's subscriber and publishes the event
// that comes back, if any.
func (b *broker) deliver(t *trigger, event cloudevents.Event, replies int) {
	log := b.log.With("trigger", t.name, "type", event.Type(), "id", event.ID())
	reply := t.delivery.deliver(b.life, log, event)
	switch {
	case reply == nil:
	case replies == 0:
		log.Error("reply dropped: events answer each other without end", "reply", reply.Type())
	default:
		b.publish(*reply, replies-1)
	}
}

// close waits for deliveries to end, which they do with the broker's life, and
// frees what the filters hold.
func (b *broker) close() {
	b.deliveries.Wait()
	for _, t := range b.triggers {
		for _, f := range t.filters {
			f.Cleanup()
		}
	}
}

// newIngress returns the handler that all brokers share.
func newIngress(brokers map[string]*broker) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{namespace}/{broker}", func(w http.ResponseWriter, r *http.Request) {
		namespace, name := r.PathValue("namespace"), r.PathValue("broker")
		b, ok := brokers[key("Broker", namespace, name)]
		if !ok {
			http.Error(w, fmt.Sprintf("no Broker %s in namespace %s of %s", name, namespace, manifestsDir), http.StatusNotFound)
			return
		}
		b.ServeHTTP(w, r)
	})
	return mux
}
