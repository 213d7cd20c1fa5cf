package main

import (
	"strings"
	"testing"
	"time"

	"segue.dev/shared/rules"
)

// TestTooLargeRulesLeaveTheOldOnes has a process under a memory limit, and rules
// whose pointer says that they are larger.
func TestTooLargeRulesLeaveTheOldOnes(t *testing.T) {
	storage := newStorage(t)
	storage.publish("first", playlists, 1)
	reloader := newReloader(storage.bucket, soon)
	reloader.memory = memory{limit: inUse() + reserve + 64<<20}
	s := startSite(t, reloader)
	s.awaitServed("first", 1)
	large := make([]byte, 96<<20) // lies in this process, too, which makes it tighter
	storage.put(rules.Key("large"), large)
	storage.put(rules.CurrentKey, pointerTo("large", large, 2))
	s.awaitOutcome(refused)
	if got := s.described(); got.ID != "first" || !strings.Contains(got.Reload.Problem, "would not fit") {
		t.Errorf("serving %s, problem %q", got.ID, got.Reload.Problem)
	}
	if status, a := s.ask(`{"songs":["Yesterday"]}`); status != 200 || a.Rules.ID != "first" {
		t.Errorf("status %d from rules %q", status, a.Rules.ID)
	}
}

func TestFewRequestsBearAPause(t *testing.T) {
	for _, c := range []struct {
		requests int64
		in       time.Duration
		want     bool
	}{{0, 5 * time.Second, true}, {500, 5 * time.Second, true}, {501, 5 * time.Second, false}, {0, time.Millisecond, true}} {
		if got := isQuiet(c.requests, c.in); got != c.want {
			t.Errorf("%d requests in %v are few: %v", c.requests, c.in, got)
		}
	}
}
