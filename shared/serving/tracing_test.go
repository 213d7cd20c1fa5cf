package serving

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// TestSpansAreSent has a collector of its own.
func TestSpansAreSent(t *testing.T) {
	var mu sync.Mutex
	var sent []byte
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, body...)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	stop, err := startTracing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	handler := traced(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, path := range []string{"/api/answer", "/healthz"} {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
	}
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if !bytes.Contains(sent, []byte("GET /api/answer")) || bytes.Contains(sent, []byte("/healthz")) {
		t.Errorf("sent %q", sent)
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
