package serving

import (
	"io"

	"github.com/VictoriaMetrics/metrics"
)

// MetricsType is the content type of what WriteMetrics writes.
const MetricsType = "text/plain; version=0.0.4; charset=utf-8"

// WriteMetrics writes the metrics of the process, and all that were registered, for
// Prometheus.
func WriteMetrics(w io.Writer) {
	metrics.ExposeMetadata(true) // Prometheus wants to know the type of each
	metrics.WritePrometheus(w, true)
}
