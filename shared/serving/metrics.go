package serving

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
)

// countMetrics makes otel's global meter count, for Prometheus.
func countMetrics() error {
	exporter, err := prometheus.New(prometheus.WithoutScopeInfo())
	if err != nil {
		return err
	}
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(exporter)))
	return nil
}
