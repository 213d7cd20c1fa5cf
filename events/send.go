package events

import (
	"context"
	"errors"
	"fmt"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	cecontext "github.com/cloudevents/sdk-go/v2/context"
	"github.com/cloudevents/sdk-go/v2/protocol"
)

// How often, and after how long at first, an event is offered again to a
// broker that does not take it.
const (
	sendRetries = 3
	sendDelay   = 100 * time.Millisecond
)

// A Sink is where events are sent to: a broker.
type Sink struct {
	url    string
	client cloudevents.Client
}

// NewSink gives the sink at that URL, the value of K_SINK.
func NewSink(url string) (*Sink, error) {
	if url == "" {
		return nil, errors.New("K_SINK is not set: it is the broker's URL, which a SinkBinding injects")
	}
	client, err := cloudevents.NewClientHTTP(cloudevents.WithTarget(url))
	if err != nil {
		return nil, fmt.Errorf("K_SINK %q: %w", url, err)
	}
	return &Sink{url, client}, nil
}

// Send sends one event, in binary mode. It returns once the sink has taken it.
func (s *Sink) Send(ctx context.Context, data Data) error {
	e, err := New(data)
	if err != nil {
		return err
	}
	ctx = cecontext.WithRetriesExponentialBackoff(ctx, sendDelay, sendRetries)
	if result := s.client.Send(ctx, e); !protocol.IsACK(result) {
		return fmt.Errorf("%s was not taken by %s: %w", data.Type(), s.url, result)
	}
	return nil
}

// New makes the event that says data. Equal data gives equal events but for
// the time.
func New(data Data) (Event, error) {
	e := cloudevents.NewEvent()
	if err := data.Validate(); err != nil {
		return e, fmt.Errorf("%s: %w", data.Type(), err)
	}
	e.SetType(data.Type())
	e.SetSource(data.Source())
	e.SetSubject(data.Subject())
	e.SetID(data.ID())
	e.SetTime(time.Now())
	e.SetDataSchema(schemaURL + data.Type() + ".json")
	return e, e.SetData(cloudevents.ApplicationJSON, data)
}
