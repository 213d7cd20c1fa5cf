package main

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// metrics is what the recommender counts. Whatever goes with a request is
// prepared before it, so that counting costs it next to nothing.
type metrics struct {
	duration  metric.Float64Histogram
	reloads   metric.Int64Counter
	fallbacks metric.Int64Counter
	unknown   metric.Int64Counter
}

func newMetrics(meter metric.Meter, reloader *reloader) (*metrics, error) {
	var m metrics
	var errs [5]error
	m.duration, errs[0] = meter.Float64Histogram("http.server.request.duration", metric.WithUnit("s"),
		metric.WithDescription("Time to answer a request, by route and status."),
		metric.WithExplicitBucketBoundaries(.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10))
	m.reloads, errs[1] = meter.Int64Counter("segue.recommender.reloads",
		metric.WithDescription("Looks for newer rules, by outcome."))
	m.fallbacks, errs[2] = meter.Int64Counter("segue.recommender.fallbacks",
		metric.WithDescription("Answers without a recommendation that comes from a rule."))
	m.unknown, errs[3] = meter.Int64Counter("segue.recommender.unknown",
		metric.WithDescription("Requested songs that match no track."))
	errs[4] = observe(meter, reloader)
	return &m, errors.Join(errs[:]...)
}

// observe registers what is looked up when somebody asks for the metrics. The
// rules' id is an attribute of one series only, that of the rules served now.
func observe(meter metric.Meter, reloader *reloader) error {
	age, ageErr := meter.Float64ObservableGauge("segue.rules.age", metric.WithUnit("s"),
		metric.WithDescription("Time since the rules that are served were published."))
	info, infoErr := meter.Int64ObservableGauge("segue.rules.info",
		metric.WithDescription("1, with the id and the dataset of the rules that are served."))
	startup, startupErr := meter.Float64ObservableGauge("segue.recommender.startup", metric.WithUnit("s"),
		metric.WithDescription("Time from having read the settings until it was ready."))
	_, err := meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		if nanoseconds := reloader.readyAfter.Load(); nanoseconds > 0 {
			o.ObserveFloat64(startup, time.Duration(nanoseconds).Seconds())
		}
		if m := reloader.serving.Load(); m != nil {
			o.ObserveFloat64(age, time.Since(m.current.PublishedAt).Seconds())
			o.ObserveInt64(info, 1, metric.WithAttributes(
				attribute.String("id", m.source.ID), attribute.String("dataset", m.source.Dataset)))
		}
		return nil
	}, age, info, startup)
	return errors.Join(ageErr, infoErr, startupErr, err)
}

// requests returns how requests of a route are counted.
func (m *metrics) requests(path string) func(context.Context, int, time.Duration) {
	byStatus := map[int]metric.MeasurementOption{200: requestAttributes(path, 200)}
	for _, t := range problemTypes {
		byStatus[t.status] = requestAttributes(path, t.status)
	}
	return func(ctx context.Context, status int, d time.Duration) {
		m.duration.Record(ctx, d.Seconds(), byStatus[status])
	}
}

func requestAttributes(path string, status int) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(
		attribute.String("http.route", path), attribute.Int("http.response.status_code", status)))
}

func (m *metrics) reloaded(o outcome) {
	m.reloads.Add(context.Background(), 1, metric.WithAttributes(attribute.String("outcome", string(o))))
}

func (m *metrics) answered(ctx context.Context, a *answer) {
	if a.Fallback != "" {
		m.fallbacks.Add(ctx, 1)
	}
	if len(a.Unknown) > 0 {
		m.unknown.Add(ctx, int64(len(a.Unknown)))
	}
}
