package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/cloudevents/sdk-go/v2/binding"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	duckv1 "knative.dev/eventing/pkg/apis/duck/v1"
)

// sender posts events.
type sender struct {
	client *http.Client
	format duckv1.FormatType // "": binary
}

// answer is what came back for an event.
type answer struct {
	status int // 500 if there was no answer, as Knative counts it
	header http.Header
	body   []byte
	event  *cloudevents.Event // the reply, if the body is one
}

func (a answer) failed() bool { return a.status < 200 || a.status > 299 }

// text returns the beginning of the body, for a log.
func (a answer) text() string {
	return string(bytes.TrimSpace(a.body[:min(len(a.body), 200)]))
}

// send posts the event once.
func (s sender) send(ctx context.Context, target *url.URL, event cloudevents.Event) answer {
	request, err := s.request(ctx, target, event)
	if err != nil {
		return noAnswer(err)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return noAnswer(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return noAnswer(err)
	}
	return readAnswer(ctx, answer{status: response.StatusCode, header: response.Header, body: body})
}

func (s sender) request(ctx context.Context, target *url.URL, event cloudevents.Event) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), nil)
	if err != nil {
		return nil, err
	}
	if s.format == duckv1.DeliveryFormatJson {
		ctx = binding.WithForceStructured(ctx)
	} else {
		ctx = binding.WithForceBinary(ctx)
	}
	if err := cehttp.WriteRequest(ctx, binding.ToMessage(&event), request); err != nil {
		return nil, fmt.Errorf("write event: %w", err)
	}
	request.Header.Set("Prefer", "reply")
	return request, nil
}

func noAnswer(err error) answer {
	return answer{status: http.StatusInternalServerError, body: []byte("dispatch error: " + err.Error())}
}

// readAnswer finds the reply in a good answer. A body that is not an event
// makes it a failure, as in Knative's broker.
func readAnswer(ctx context.Context, a answer) answer {
	if a.failed() || len(a.body) == 0 && a.header.Get("Ce-Specversion") == "" {
		return a
	}
	message := cehttp.NewMessage(a.header, io.NopCloser(bytes.NewReader(a.body)))
	event, err := binding.ToEvent(ctx, message)
	if err == nil {
		err = event.Validate()
	}
	if err != nil {
		return answer{
			status: http.StatusBadGateway,
			header: a.header,
			body:   fmt.Appendf(nil, "answered %d with a body that is not a CloudEvent: %v", a.status, err),
		}
	}
	a.event = event
	return a
}
