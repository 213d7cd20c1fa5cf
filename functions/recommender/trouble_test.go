package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"segue.dev/shared/rules"
)

// TestStartIntoTrouble starts recommenders that cannot know yet what to serve:
// they say why they are not ready, and recover by themselves.
func TestStartIntoTrouble(t *testing.T) {
	storage := newStorage(t)
	storage.publish("first", playlists, 1)
	for name, c := range map[string]struct {
		bucket       string
		trouble, fix func()
		outcome      outcome
		reason       string
	}{
		"no bucket": {"later", func() {},
			func() {
				mustRename(t, filepath.Join(storage.config.Dir, "segue"), filepath.Join(storage.config.Dir, "later"))
			},
			unavailable, "the bucket does not exist"},
		"no server":    {"segue", storage.stop, storage.start, unavailable, "refused"},
		"wrong object": {"segue", func() { storage.put("rules/first", nil) }, func() { storage.publish("first", playlists, 1) }, refused, "0 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			c.trouble()
			s := newSite(t, storage.open(c.bucket))
			if s.reloader.ready() == nil {
				t.Error("ready before the bucket answered")
			}
			s.await(string(c.outcome), func() bool { return s.reloader.last.Load() != nil })
			err := s.reloader.ready()
			if got := s.reloader.lastCheck().outcome; got != c.outcome || err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("%s, not ready because of %v; want %s, %q", got, err, c.outcome, c.reason)
			}
			if got := s.do(http.MethodPost, "/api/recommend", nil, `{"songs":["a"]}`); got.status != 503 || !bytes.Contains(got.body, []byte(c.reason)) {
				t.Errorf("status %d: %s", got.status, got.body)
			}
			c.fix()
			s.awaitServed("first", 1)
			if err := s.reloader.ready(); err != nil {
				t.Errorf("still not ready: %v", err)
			}
			if c.bucket != "segue" {
				mustRename(t, filepath.Join(storage.config.Dir, c.bucket), filepath.Join(storage.config.Dir, "segue"))
			}
		})
	}
}

func mustRename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func TestStoreGoesAndComesBack(t *testing.T) {
	storage := newStorage(t)
	storage.publish("first", playlists, 1)
	s := newSite(t, storage.bucket)
	s.awaitOutcome(unchanged)
	storage.stop()
	s.awaitOutcome(unavailable)
	if status, a := s.ask(`{"songs":["Yesterday"]}`); status != http.StatusOK || a.Rules.ID != "first" || s.reloader.ready() != nil {
		t.Errorf("without a store: status %d from rules %q, ready: %v", status, a.Rules.ID, s.reloader.ready())
	}
	storage.start()
	storage.publish("second", otherPlaylists, 2)
	s.awaitServed("second", 2)
}

// TestTroubleIsLoggedOnce lets many looks for newer rules fail for one reason,
// and then for another.
func TestTroubleIsLoggedOnce(t *testing.T) {
	log := captureLog(t)
	storage := newStorage(t)
	s := newSite(t, storage.bucket)
	s.awaitOutcome(absent)
	s.awaitChecks(5)
	for n, pointer := range []string{"{}", "garbage"} {
		storage.put(rules.CurrentKey, []byte(pointer))
		s.awaitOutcome(refused)
		s.awaitChecks(5)
		if got := strings.Count(log(), "rules not reloaded"); got != n+1 {
			t.Errorf("logged %d times after %d reasons:\n%s", got, n+1, log())
		}
	}
	storage.publish("first", playlists, 1)
	s.awaitServed("first", 1)
	s.awaitChecks(5)
	for message, want := range map[string]int{"no rules published yet": 1, "rules not reloaded": 2, "rules loaded": 1} {
		if got := strings.Count(log(), message); got != want {
			t.Errorf("%q was logged %d times, want %d:\n%s", message, got, want, log())
		}
	}
}

// captureLog returns what is logged from now on, until the test ends.
func captureLog(t *testing.T) func() string {
	var (
		mutex sync.Mutex
		text  strings.Builder
	)
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(writerFunc(func(p []byte) (int, error) {
		mutex.Lock()
		defer mutex.Unlock()
		return text.Write(p)
	}), nil)))
	return func() string {
		mutex.Lock()
		defer mutex.Unlock()
		return text.String()
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// awaitChecks waits for that many more looks for newer rules.
func (s *site) awaitChecks(n int) {
	s.t.Helper()
	for range n {
		at := s.reloader.lastCheck().at
		s.await("checked again", func() bool { return s.reloader.lastCheck().at != at })
	}
}
