package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/cloudevents/sdk-go/v2/binding"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
)

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

// mayBeRetried tells whether the same event may succeed later.
func (a answer) mayBeRetried() bool {
	switch a.status {
	case http.StatusNotFound, http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return true
	}
	return a.status >= 500
}

// retryAfter returns how long a 429 or 503 asks to wait, or 0.
func (a answer) retryAfter(now time.Time) time.Duration {
	if a.status != http.StatusTooManyRequests && a.status != http.StatusServiceUnavailable {
		return 0
	}
	value := a.header.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return date.Sub(now)
	}
	return 0
}

// addFailure tells the dead-letter sink what happened, in the extension
// attributes that Knative uses.
func addFailure(event *cloudevents.Event, target *url.URL, a answer) {
	const limit = 1024
	data := base64.StdEncoding.EncodeToString(a.body)
	event.SetExtension("knativeerrordest", *target)
	event.SetExtension("knativeerrorcode", a.status)
	event.SetExtension("knativeerrordata", data[:min(len(data), limit)])
}
