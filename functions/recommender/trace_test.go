package main

import (
	"context"
	"net/http"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/valyala/fasthttp"
)

// TestRequestsHaveSpans asks with and without a trace to go on with.
func TestRequestsHaveSpans(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	spans := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	before, propagator := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() {
		otel.SetTracerProvider(before)
		otel.SetTextMapPropagator(propagator)
		_ = provider.Shutdown(context.Background())
	})
	url := startServer(t, func(c *fasthttp.RequestCtx) {
		if string(c.Path()) == "/fails" {
			c.SetStatusCode(http.StatusInternalServerError)
		}
	})
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for _, path := range []string{"/healthz", "/api/rules", "/fails"} {
		r, err := http.NewRequest(http.MethodGet, url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if path == "/fails" {
			r.Header.Set("Traceparent", parent)
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
	}
	http.DefaultClient.CloseIdleConnections()
	ended := spans.GetSpans()
	if len(ended) != 2 {
		t.Fatalf("%d spans: %+v", len(ended), ended)
	}
	if s := ended[0]; s.Name != "GET /api/rules" || s.SpanKind != trace.SpanKindServer || s.Parent.IsValid() || s.Status.Code != codes.Unset {
		t.Errorf("span %+v", s)
	}
	if s := ended[1]; s.SpanContext.TraceID().String() != "0af7651916cd43dd8448eb211c80319c" || s.Parent.SpanID().String() != "b7ad6b7169203331" || s.Status.Code != codes.Error {
		t.Errorf("span %+v", s)
	}
}
