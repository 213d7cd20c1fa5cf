package main

import (
	"testing"
	"time"

	"segue.dev/events"
	"segue.dev/shared/rules"
)

func TestRetryDelayGrows(t *testing.T) {
	want := []time.Duration{0, 0, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute}
	for attempts, d := range want {
		if got := retryDelay(attempts); got != d {
			t.Errorf("after %d attempts: %v, want %v", attempts, got, d)
		}
	}
	for attempts := range 100 {
		if got := retryDelay(attempts); got < 0 || got > 24*time.Hour {
			t.Errorf("after %d attempts: %v", attempts, got)
		}
	}
}

func TestNextGeneration(t *testing.T) {
	for name, c := range map[string]struct {
		state, current int64
		published      bool // the wanted rules are the current ones
		want           int64
	}{
		"first of all":                          {0, 0, false, 1},
		"changed":                               {3, 3, false, 4},
		"changed while training lags":           {3, 2, false, 4},
		"state lost, other rules published":     {0, 7, false, 8},
		"state lost, the rules are there":       {0, 7, true, 7},
		"back to an old dataset that is served": {3, 2, true, 4},
	} {
		s := &state{Snapshot: events.Snapshot{Generation: c.state}}
		current := &rules.Current{ID: "other", Generation: c.current}
		if c.published {
			current.ID = "wanted"
		}
		if got := nextGeneration(s, current, "wanted"); got != c.want {
			t.Errorf("%s: generation %d, want %d", name, got, c.want)
		}
	}
}
