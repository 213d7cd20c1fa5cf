package main

import (
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
