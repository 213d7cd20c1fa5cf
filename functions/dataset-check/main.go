// Dataset-check sees whether the dataset changed.
//
// In:  POST /             a PingSource's tick (dev.knative.sources.ping)
//
//	POST /dead-letter  an event that a Trigger could not deliver
//
// Out: dataset.changed.v1   the dataset has no rules yet; for the trainer
//
//	dataset.rejected.v1  the URL gave no dataset; for people
//	datasets/<sha256>    the snapshot, in the bucket
package main

import (
	"context"
	"net/http"

	"segue.dev/events"
	"segue.dev/shared/serving"
	"segue.dev/shared/store"
)

func main() { serving.Main("dataset-check", run) }

func run(ctx context.Context, config Config) error {
	if err := config.Validate(); err != nil {
		return err
	}
	sink, err := events.NewSink(config.Sink)
	if err != nil {
		return err
	}
	bucket, err := store.OpenForWriting(ctx, config.Store)
	if err != nil {
		return err
	}
	check := &checker{Config: config, bucket: bucket, sink: sink}
	mux := http.NewServeMux()
	mux.Handle("POST /{$}", events.Handler(check.tick))
	mux.Handle("POST /dead-letter", events.Handler(check.deadLetter))
	return serving.Serve(ctx, config.Serving, mux, func() error { return nil })
}
