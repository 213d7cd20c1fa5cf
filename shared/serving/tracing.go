package serving

import (
	"cmp"
	"context"
	"net/http"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// tracesTo is the URL to send spans to, as OpenTelemetry's own variables say;
// "" means nowhere, and then there are none.
func tracesTo() string {
	base := os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")
	if base != "" {
		base = strings.TrimSuffix(base, "/") + "/v1/traces"
	}
	return cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), base)
}

// IsTracing tells whether spans are sent.
func IsTracing() bool { return tracesTo() != "" }

// startTracing makes otel's global tracer send spans, if there is somewhere to
// send them: all of them, unless OTEL_TRACES_SAMPLER says which. Stop sends what
// is left.
func startTracing(function string) (stop func(context.Context)) {
	if !IsTracing() {
		return func(context.Context) {}
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(otlp{tracesTo(), headers(os.Getenv("OTEL_EXPORTER_OTLP_HEADERS"))}),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", cmp.Or(os.Getenv("OTEL_SERVICE_NAME"), function)),
			attribute.String("service.version", Version()))))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	return func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		_ = provider.Shutdown(ctx) // otel's error handler tells what was not sent
	}
}

// headers reads a list such as "api-key=secret,other=value".
func headers(list string) http.Header {
	h := http.Header{}
	for _, pair := range strings.Split(list, ",") {
		if name, value, found := strings.Cut(pair, "="); found {
			h.Set(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	return h
}

// traced gives every request but the platform's own a span, if spans are sent
// at all.
func traced(handler http.Handler) http.Handler {
	if !IsTracing() {
		return handler
	}
	return otelhttp.NewHandler(handler, "request",
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + r.URL.Path }),
		otelhttp.WithFilter(func(r *http.Request) bool { return !IsProbe(r.URL.Path) }))
}
