package main

import (
	"fmt"
	"time"

	"segue.dev/shared/serving"
	"segue.dev/shared/store"
)

// Config is what the recommender is told. All of it comes from the environment.
type Config struct {
	// Serving is the HTTP server's.
	Serving serving.Config
	// Store is the bucket from which rules are read.
	Store store.Config
	// ReloadInterval is how often the bucket is asked for newer rules.
	ReloadInterval time.Duration `env:"RELOAD_INTERVAL, default=5s"`
}

// Validate says which setting is out of bounds.
func (c Config) Validate() error {
	if c.ReloadInterval <= 0 {
		return fmt.Errorf("RELOAD_INTERVAL is %v: give a time above zero, such as 5s", c.ReloadInterval)
	}
	return nil
}
