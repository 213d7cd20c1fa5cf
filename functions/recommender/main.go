// Recommender answers HTTP requests for recommendations from the newest rules.
//
// In:  POST /api/recommend, GET /api/songs, /api/rules, /openapi.json; from the
// bucket rules/current (the pointer, asked for at every RELOAD_INTERVAL) and
// rules/<id> (the rule set that it names).
//
// Out: songs with the rules behind them. It writes nothing to the bucket, and
// sends and takes no events.
package main

import (
	"context"

	"github.com/VictoriaMetrics/metrics"

	"segue.dev/shared/serving"
	"segue.dev/shared/store"
)

func main() { serving.Main("recommender", run) }

func run(ctx context.Context, config Config) error {
	if err := config.Validate(); err != nil {
		return err
	}
	collectNothing()
	bucket, err := store.Open(ctx, config.Store)
	if err != nil {
		return err
	}
	reloader := newReloader(bucket, config.ReloadInterval)
	reloader.strict = config.Reload == "strict"
	counts := newCounts(reloader)
	metrics.RegisterSet(counts.set)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go reloader.run(ctx, counts.reloaded)
	api := newAPI(reloader, counts, config.MaxRequests)
	return serve(ctx, config.Serving, api.handler(), config.MaxRequests)
}
