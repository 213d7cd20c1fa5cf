package main

import (
	"context"

	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"segue.dev/shared/serving"
)

// traced gives every request but the platform's own a span, if spans are sent at
// all. A request that comes with a trace context goes on with that trace.
func traced(handler fasthttp.RequestHandler) fasthttp.RequestHandler {
	if !serving.IsTracing() {
		return handler
	}
	tracer := otel.Tracer("segue.dev/functions/recommender")
	return func(c *fasthttp.RequestCtx) {
		method, path := string(c.Method()), string(c.Path())
		if serving.IsProbe(path) {
			handler(c)
			return
		}
		caller := otel.GetTextMapPropagator().Extract(context.Background(), carrier{&c.Request.Header})
		_, span := tracer.Start(caller, method+" "+path, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
			attribute.String("http.request.method", method), attribute.String("url.path", path)))
		defer span.End()
		handler(c)
		status := c.Response.StatusCode()
		span.SetAttributes(attribute.Int("http.response.status_code", status))
		if status >= fasthttp.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
	}
}

// carrier is the headers that carry a trace context.
type carrier struct{ *fasthttp.RequestHeader }

var _ propagation.TextMapCarrier = carrier{}

// Get gives a header's value.
func (h carrier) Get(name string) string { return string(h.Peek(name)) }

// Keys lists the names of all headers.
func (h carrier) Keys() (names []string) {
	for name := range h.All() {
		names = append(names, string(name))
	}
	return names
}
