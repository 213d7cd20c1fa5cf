package serving

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel"
)

// TestSpansAreSent has a collector of its own.
func TestSpansAreSent(t *testing.T) {
	type sent struct {
		path, key string
		body      otlpRequest
	}
	requests := make(chan sent, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got := sent{path: r.URL.Path, key: r.Header.Get("Api-Key")}
		if err := json.NewDecoder(r.Body).Decode(&got.body); err != nil {
			t.Error(err)
		}
		requests <- got
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=secret")
	stop := startTracing("answerer")
	handler := traced(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, inner := otel.Tracer("test").Start(r.Context(), "inner")
		inner.End()
		w.WriteHeader(http.StatusInternalServerError)
	}))
	for _, path := range []string{"/api/answer", "/healthz"} {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
	}
	stop(t.Context())
	got := <-requests
	spans := got.body.ResourceSpans[0].ScopeSpans[0].Spans
	if got.path != "/v1/traces" || got.key != "secret" || len(requests) > 0 || len(spans) != 3 {
		t.Fatalf("sent %+v", got)
	}
	// The health probe has no span of its own; what its handler began has none above it.
	inner, outer := spans[0], spans[1]
	if outer.Name != "GET /api/answer" || outer.Kind != 2 || outer.Status.Code != 2 || outer.ParentID != "" {
		t.Errorf("outer span is %+v", outer)
	}
	if inner.Name != "inner" || inner.ParentID != outer.SpanID || inner.TraceID != outer.TraceID || inner.Kind != 1 || inner.Status.Code != 0 {
		t.Errorf("inner span is %+v of %+v", inner, outer)
	}
	if name := got.body.ResourceSpans[0].Resource.Attributes[0]; name.Key != "service.name" || name.Value["stringValue"] != "answerer" {
		t.Errorf("resource has %+v", name)
	}
}

// TestNoSpansWithoutEndpoint holds that tracing that is off costs nothing.
func TestNoSpansWithoutEndpoint(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	called := false
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true })
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	through := traced(handler)
	if n := testing.AllocsPerRun(100, func() { through.ServeHTTP(nil, r) }); n != 0 || !called {
		t.Errorf("%v allocations", n)
	}
}
