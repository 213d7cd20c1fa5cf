// Trainer turns a snapshot into association rules and publishes them.
//
// In:  POST /               dataset.changed.v1; as a JobSink's Job, from a file
// Out: rules.published.v1   new rules can be served; for anyone
//
//	training.failed.v1   this dataset gives no rules; for people
//	rules/<id>           the rule set, in the bucket, then
//	rules/current        the pointer to it
package main

import (
	"context"
	"fmt"
	"net/http"

	"segue.dev/events"
	"segue.dev/shared/serving"
	"segue.dev/shared/store"
	"segue.dev/shared/training"
)

// Config is what the trainer is told by its environment.
type Config struct {
	Serving serving.Config
	Store   store.Config
	// Training must equal dataset-check's: it names the rules that should exist.
	Training training.Config
	// MaxQualityLoss is the share of the NDCG of the rules before that new rules
	// may lose. Rules that lose more are refused; 1 refuses none.
	MaxQualityLoss float64 `env:"MAX_QUALITY_LOSS" envDefault:"0.5"`
	// Sink is the broker's URL, injected by a SinkBinding.
	Sink string `env:"K_SINK"`
	// Mode is "batch" in a JobSink's Job, which handles one event and ends.
	Mode string `env:"K_EXECUTION_MODE"`
	// EventPath is the folder of that event.
	EventPath string `env:"K_EVENT_PATH" envDefault:"/etc/jobsink-event"`
}

func main() { serving.Main("trainer", run) }

func run(ctx context.Context, config Config) error {
	if err := config.Training.Validate(); err != nil {
		return err
	}
	if !(config.MaxQualityLoss >= 0 && config.MaxQualityLoss <= 1) {
		return fmt.Errorf("MAX_QUALITY_LOSS is %v: give a share from 0 to 1", config.MaxQualityLoss)
	}
	sink, err := events.NewSink(config.Sink)
	if err != nil {
		return err
	}
	bucket, err := store.OpenForWriting(ctx, config.Store)
	if err != nil {
		return err
	}
	t := newTrainer(config, bucket, sink)
	if config.Mode == "batch" {
		return t.batch(ctx, config.EventPath)
	}
	mux := http.NewServeMux()
	mux.Handle("POST /{$}", events.Handler(t.handle))
	return serving.Serve(ctx, config.Serving, mux, func() error { return nil })
}
