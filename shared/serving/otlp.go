package serving

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// otlp sends spans as OTLP/HTTP does with JSON. OpenTelemetry's own exporters
// come with gRPC, even that for HTTP: 16 MB more of a binary of 21, 6 MB more of
// memory, in processes that wake up to answer one request.
type otlp struct {
	url     string
	headers http.Header
}

var _ sdktrace.SpanExporter = otlp{}

// ExportSpans sends spans; what fails is not tried again.
func (o otlp) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	body, err := json.Marshal(requestOf(spans))
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header = o.headers.Clone()
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s took no spans: %s", o.url, answer.Status)
	}
	return nil
}

// Shutdown has nothing to end.
func (otlp) Shutdown(context.Context) error { return nil }

// What OTLP calls things in JSON.
type (
	otlpRequest struct {
		ResourceSpans []otlpResource `json:"resourceSpans"`
	}
	otlpResource struct {
		Resource struct {
			Attributes []otlpAttribute `json:"attributes"`
		} `json:"resource"`
		ScopeSpans []otlpScope `json:"scopeSpans"`
	}
	otlpScope struct {
		Spans []otlpSpan `json:"spans"`
	}
	otlpSpan struct {
		TraceID    string          `json:"traceId"`
		SpanID     string          `json:"spanId"`
		ParentID   string          `json:"parentSpanId,omitempty"`
		Name       string          `json:"name"`
		Kind       int             `json:"kind"`
		Start      string          `json:"startTimeUnixNano"`
		End        string          `json:"endTimeUnixNano"`
		Attributes []otlpAttribute `json:"attributes,omitempty"`
		Status     struct {
			Code    int    `json:"code,omitempty"`
			Message string `json:"message,omitempty"`
		} `json:"status"`
	}
	otlpAttribute struct {
		Key   string            `json:"key"`
		Value map[string]string `json:"value"`
	}
)

// requestOf words spans, which all are of this process.
func requestOf(spans []sdktrace.ReadOnlySpan) otlpRequest {
	var resource otlpResource
	if len(spans) > 0 {
		resource.Resource.Attributes = attributesOf(spans[0].Resource().Attributes())
	}
	list := make([]otlpSpan, len(spans))
	for n, s := range spans {
		list[n] = otlpSpan{
			TraceID: s.SpanContext().TraceID().String(), SpanID: s.SpanContext().SpanID().String(),
			Name: s.Name(), Kind: int(s.SpanKind()), Start: nanoseconds(s.StartTime()), End: nanoseconds(s.EndTime()),
			Attributes: attributesOf(s.Attributes()),
		}
		if s.Parent().HasSpanID() {
			list[n].ParentID = s.Parent().SpanID().String()
		}
		if s.SpanKind() == trace.SpanKindUnspecified {
			list[n].Kind = int(trace.SpanKindInternal)
		}
		// OTLP and the API number the codes in another order: 1 is ok, 2 an error.
		list[n].Status.Code, list[n].Status.Message = (3-int(s.Status().Code))%3, s.Status().Description
	}
	resource.ScopeSpans = []otlpScope{{list}}
	return otlpRequest{[]otlpResource{resource}}
}

func attributesOf(attributes []attribute.KeyValue) (list []otlpAttribute) {
	for _, a := range attributes {
		kind, value := "stringValue", a.Value.String()
		if a.Value.Type() == attribute.INT64 {
			kind = "intValue"
		}
		list = append(list, otlpAttribute{string(a.Key), map[string]string{kind: value}})
	}
	return list
}

func nanoseconds(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }
