package main

import (
	"bytes"

	"github.com/valyala/fasthttp"

	"segue.dev/shared/serving"
)

// probes are what the platform asks; serving.Serve has them for the other functions.
func (a *api) probes() []route {
	return []route{
		{"/healthz", fasthttp.MethodGet, sending(document{})},
		{"/readyz", fasthttp.MethodGet, a.ready},
		{"/metrics", fasthttp.MethodGet, writeMetrics},
	}
}

// ready is GET /readyz: 200 once the newest rules are served, or none exist.
func (a *api) ready(*fasthttp.RequestCtx) (any, error) {
	if err := a.rules.ready(); err != nil {
		return nil, noRules.errorf("%v", err)
	}
	return document{}, nil
}

// writeMetrics is GET /metrics.
func writeMetrics(*fasthttp.RequestCtx) (any, error) {
	var page bytes.Buffer
	serving.WriteMetrics(&page)
	return document{serving.MetricsType, page.Bytes()}, nil
}
