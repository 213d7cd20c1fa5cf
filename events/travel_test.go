package events

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSendAndReceive sends every event over HTTP and reads it back.
func TestSendAndReceive(t *testing.T) {
	for _, want := range examples() {
		var got Data
		server := httptest.NewServer(Handler(func(_ context.Context, e Event) (err error) {
			got, err = decodeAny(e)
			return err
		}))
		sink, err := NewSink(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		if err := sink.Send(t.Context(), want); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		server.Close()
	}
}

func decodeAny(e Event) (Data, error) {
	switch e.Type() {
	case TypeDatasetChanged:
		return Decode[DatasetChanged](e)
	case TypeDatasetRejected:
		return Decode[DatasetRejected](e)
	case TypeRulesPublished:
		return Decode[RulesPublished](e)
	}
	return Decode[TrainingFailed](e)
}

func TestAnswers(t *testing.T) {
	event := func(change func(h http.Header)) *http.Request {
		r, _ := http.NewRequest(http.MethodPost, "/", strings.NewReader(`{"dataset":"playlists"}`))
		for name, value := range map[string]string{"Id": "1", "Source": "/s", "Type": TypeTrainingFailed, "Specversion": "1.0"} {
			r.Header.Set("Ce-"+name, value)
		}
		r.Header.Set("Content-Type", "application/json")
		change(r.Header)
		return r
	}
	asIs := func(http.Header) {}
	transient := errors.New("the bucket is away")
	for name, c := range map[string]struct {
		request *http.Request
		result  error
		status  int
		text    string
	}{
		"done":             {event(asIs), nil, 204, ""},
		"transient":        {event(asIs), transient, 503, "the bucket is away"},
		"refused":          {event(asIs), Refuse(transient), 422, "the bucket is away"},
		"wrapped refusal":  {event(asIs), errors.Join(errors.New("so:"), Refuse(transient)), 422, "so:"},
		"no type":          {event(func(h http.Header) { h.Del("Ce-Type") }), nil, 400, "not a CloudEvent"},
		"no CloudEvent":    {event(func(h http.Header) { clear(h) }), nil, 400, "not a CloudEvent"},
		"unknown encoding": {event(func(h http.Header) { h.Set("Content-Type", "application/cloudevents+json") }), nil, 400, "not a CloudEvent"},
	} {
		w := httptest.NewRecorder()
		Handler(func(context.Context, Event) error { return c.result }).ServeHTTP(w, c.request)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.text) {
			t.Errorf("%s: answer is %d %q, want %d %q", name, w.Code, w.Body, c.status, c.text)
		}
		if retry := w.Header().Get("Retry-After"); (retry != "") != (c.status == 503) {
			t.Errorf("%s: Retry-After is %q", name, retry)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	good, err := New(examples()[3])
	if err != nil {
		t.Fatal(err)
	}
	_, err = Decode[DatasetChanged](good)
	if !Refused(err) || !strings.Contains(err.Error(), "correct the Trigger's filter") {
		t.Errorf("another type: %v", err)
	}
	for _, data := range []string{`{`, `{"dataset":"playlists"}`, `[]`} {
		bad := good.Clone()
		bad.DataEncoded = []byte(data)
		if _, err := Decode[TrainingFailed](bad); !Refused(err) {
			t.Errorf("data %s: error is %v", data, err)
		}
	}
}

func TestSendTriesAgain(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	sink, err := NewSink(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := sink.Send(t.Context(), examples()[0]); err != nil || asked.Load() != 3 {
		t.Errorf("error is %v after %d requests", err, asked.Load())
	}
	server.Close()
	if err := sink.Send(t.Context(), examples()[0]); err == nil || !strings.Contains(err.Error(), "was not taken by "+server.URL) {
		t.Errorf("error is %v with the server gone", err)
	}
}

func TestNoSink(t *testing.T) {
	if _, err := NewSink(""); err == nil || !strings.Contains(err.Error(), "SinkBinding") {
		t.Errorf("error is %v", err)
	}
}
