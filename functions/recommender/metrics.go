package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// counts is what the recommender counts. Whatever goes with a request is
// prepared before it, so that counting costs it next to nothing.
type counts struct {
	set       *metrics.Set
	fallbacks *metrics.Counter // answers without a recommendation that comes from a rule
	unknown   *metrics.Counter // requested songs that match no track
}

func newCounts(reloader *reloader) *counts {
	set := metrics.NewSet()
	set.RegisterMetricsWriter(reloader.writeMetrics)
	return &counts{
		set:       set,
		fallbacks: set.NewCounter("segue_recommender_fallbacks_total"),
		unknown:   set.NewCounter("segue_recommender_unknown_total"),
	}
}

// writeMetrics writes what is looked up when somebody asks for the metrics. The
// rules' id is a label of one series only, that of the rules served now.
func (l *reloader) writeMetrics(w io.Writer) {
	if nanoseconds := l.readyAfter.Load(); nanoseconds > 0 {
		metrics.WriteGaugeFloat64(w, "segue_recommender_startup_seconds", time.Duration(nanoseconds).Seconds())
	}
	if m := l.serving.Load(); m != nil {
		metrics.WriteGaugeFloat64(w, "segue_rules_age_seconds", time.Since(m.current.PublishedAt).Seconds())
		metrics.WriteGaugeUint64(w, fmt.Sprintf(`segue_rules_info{dataset="%s",id="%s"}`,
			escapeLabel.Replace(m.dataset), escapeLabel.Replace(m.id)), 1)
	}
}

// escapeLabel makes of any text the value of a label.
var escapeLabel = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// buckets of durations, in seconds.
var buckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}

// requests returns how requests of a route are counted. A status has a histogram
// from the first answer with it on: those that never occur do not fill the page.
func (c *counts) requests(path string) func(status int, d time.Duration) {
	byStatus := make(map[int]func() *metrics.PrometheusHistogram)
	for _, status := range statuses() {
		byStatus[status] = sync.OnceValue(func() *metrics.PrometheusHistogram {
			return c.set.GetOrCreatePrometheusHistogramExt(fmt.Sprintf(
				`http_server_request_duration_seconds{http_response_status_code="%d",http_route=%q}`, status, path), buckets)
		})
	}
	return func(status int, d time.Duration) { byStatus[status]().Update(d.Seconds()) }
}

// statuses are all that an answer can have.
func statuses() []int {
	all := []int{http.StatusOK}
	for _, t := range problemTypes {
		all = append(all, t.status)
	}
	return all
}

func (c *counts) reloaded(o outcome) {
	c.set.GetOrCreateCounter(fmt.Sprintf(`segue_recommender_reloads_total{outcome=%q}`, o)).Inc()
}

func (c *counts) answered(a *answer) {
	if a.isFallback() {
		c.fallbacks.Inc()
	}
	c.unknown.Add(len(a.unknown))
}
