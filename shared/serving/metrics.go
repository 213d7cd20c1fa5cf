package serving

import (
	"net/http"

	"github.com/VictoriaMetrics/metrics"
)

// writeMetrics writes the metrics of the process, and all that were registered.
func writeMetrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	metrics.WritePrometheus(w, true)
}
