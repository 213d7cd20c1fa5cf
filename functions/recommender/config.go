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
	ReloadInterval time.Duration `env:"RELOAD_INTERVAL" envDefault:"5s"`
	// Reload is "interval", or "strict": then every request waits for a look
	// that began after it came, which all that wait share, for five seconds at most.
	Reload string `env:"RELOAD" envDefault:"interval"`
	// MaxRequests is how many requests are answered at a time; those beyond are
	// refused at once.
	MaxRequests int `env:"MAX_REQUESTS" envDefault:"128"`
}

// Validate says which setting is out of bounds.
func (c Config) Validate() error {
	if c.ReloadInterval <= 0 {
		return fmt.Errorf("RELOAD_INTERVAL is %v: give a time above zero, such as 5s", c.ReloadInterval)
	}
	if c.Reload != "interval" && c.Reload != "strict" {
		return fmt.Errorf("RELOAD is %q: give interval or strict", c.Reload)
	}
	if c.MaxRequests < 1 {
		return fmt.Errorf("MAX_REQUESTS is %d: give a number from 1 on", c.MaxRequests)
	}
	return nil
}
