package serving

import (
	"cmp"
	"context"
	"net/http"
	"os"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"knative.dev/pkg/observability/tracing"
)

// tracesTo is where spans are to be sent, as OpenTelemetry's own variables say;
// "" means nowhere, and then there are none.
func tracesTo() string {
	return cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
}

// startTracing makes otel's global tracer send spans, if there is somewhere to
// send them: all of them, unless OTEL_TRACES_SAMPLER says which. Stop sends what
// is left.
func startTracing(ctx context.Context) (stop func(context.Context) error, err error) {
	if tracesTo() == "" {
		return func(context.Context) error { return nil }, nil
	}
	provider, err := tracing.NewTracerProvider(ctx, tracing.Config{Protocol: tracing.ProtocolHTTPProtobuf, SamplingRate: 1})
	if err != nil {
		return nil, err
	}
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(tracing.DefaultTextMapPropagator())
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		return provider.Shutdown(ctx)
	}, nil
}

// traced gives every request but the platform's own a span, if spans are sent
// at all.
func traced(handler http.Handler) http.Handler {
	if tracesTo() == "" {
		return handler
	}
	return otelhttp.NewHandler(handler, "request",
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + r.URL.Path }),
		otelhttp.WithFilter(func(r *http.Request) bool {
			return r.URL.Path != "/healthz" && r.URL.Path != "/readyz" && r.URL.Path != "/metrics"
		}))
}
