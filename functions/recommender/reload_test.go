package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"segue.dev/shared/rules"
)

// otherPlaylists have no track in common with the test's playlists.
const otherPlaylists = `playlist,track,artist
1,One,Three Dog Night
1,Two,Nobody
2,One,Three Dog Night
2,Two,Nobody
`

func TestNewRulesAreServedAndOldOnesAgain(t *testing.T) {
	storage := newStorage(t)
	storage.publish("first", playlists, 1)
	s := newSite(t, storage.bucket)
	s.awaitServed("first", 1)
	storage.publish("second", otherPlaylists, 2)
	s.awaitServed("second", 2)
	storage.publish("first", playlists, 1) // by hand: the pointer is the truth
	s.awaitServed("first", 1)
	storage.put(rules.CurrentKey, pointerTo("first", encodeRules(t, "first", playlists), 3))
	s.awaitServed("first", 3) // the dataset changed, and changed back
}

func (s *site) awaitServed(id string, generation int64) {
	s.t.Helper()
	s.await(fmt.Sprintf("serving %s of generation %d", id, generation), func() bool {
		m := s.reloader.serving.Load()
		return m != nil && m.id == id && m.current.Generation == generation
	})
}

// described is what /api/rules says.
func (s *site) described() (d description) {
	s.t.Helper()
	got := s.do(http.MethodGet, "/api/rules", nil, "")
	if err := json.Unmarshal(got.body, &d); err != nil || got.status != http.StatusOK {
		s.t.Fatalf("GET /api/rules: status %d, %v: %s", got.status, err, got.body)
	}
	return d
}

// TestUnfitRulesAreRefused publishes one thing after another that is not fit
// to be served. The old rules serve on, the reason is told, and once the rules
// are whole they are served, though the pointer stays the same.
func TestUnfitRulesAreRefused(t *testing.T) {
	whole := encodeRules(t, "second", otherPlaylists)
	foreign := encodeRules(t, "third", otherPlaylists)
	flipped := slices.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	page := []byte("<html>502 Bad Gateway</html>")
	pointer := pointerTo("second", whole, 2)
	for name, c := range map[string]struct {
		object, pointer []byte
		reason          string
	}{
		"no object":               {nil, pointer, "rules/second, which rules/current names, is not in the bucket"},
		"truncated object":        {whole[:len(whole)/2], pointer, "cut short"},
		"empty object":            {[]byte{}, pointer, "0 bytes where"},
		"corrupt object":          {flipped, pointer, "corrupt: checksum"},
		"other bytes":             {page, pointer, fmt.Sprintf("%d bytes where", len(page))},
		"no rule set":             {page, pointerTo("second", page, 2), "not a rule set"},
		"corrupt when published":  {flipped, pointerTo("second", flipped, 2), "checksum"},
		"other rules":             {foreign, pointerTo("second", foreign, 2), "holds the rules third"},
		"garbage for a pointer":   {whole, []byte("garbage"), "not a pointer"},
		"empty pointer":           {whole, []byte{}, "not a pointer"},
		"pointer somewhere else":  {whole, bytes.ReplaceAll(pointer, []byte("rules/second"), []byte("etc/passwd")), "not a pointer"},
		"pointer without content": {whole, []byte("{}"), "not a pointer"},
	} {
		t.Run(name, func(t *testing.T) {
			storage := newStorage(t)
			storage.publish("first", playlists, 1)
			s := newSite(t, storage.bucket)
			s.awaitServed("first", 1)
			if c.object != nil {
				storage.put(rules.Key("second"), c.object)
			}
			storage.put(rules.CurrentKey, c.pointer)
			s.awaitOutcome(refused)
			if got := s.described(); got.ID != "first" || !strings.Contains(got.Reload.Problem, c.reason) {
				t.Errorf("serving %s, problem %q; want first, %q", got.ID, got.Reload.Problem, c.reason)
			}
			if status, a := s.ask(`{"songs":["Yesterday"]}`); status != http.StatusOK || a.Rules.ID != "first" {
				t.Errorf("status %d from rules %q", status, a.Rules.ID)
			}
			if err := s.reloader.ready(); err != nil {
				t.Errorf("not ready: %v", err)
			}
			storage.put(rules.Key("second"), whole)
			storage.put(rules.CurrentKey, pointer)
			s.awaitServed("second", 2)
			s.awaitOutcome(unchanged)
			if got := s.described().Reload.Problem; got != "" {
				t.Errorf("problem %q goes on", got)
			}
		})
	}
}

// TestRefusedRulesAreNotFetchedAtEveryInterval looks at the delays alone: how
// many times the object was fetched in a while cannot be more.
func TestRefusedRulesAreNotFetchedAtEveryInterval(t *testing.T) {
	l := newReloader(nil, 5*time.Second)
	var delays []time.Duration
	for range 6 {
		l.refuse("etag", errRefused)
		delays = append(delays, l.delay)
		if l.known() != "etag" {
			t.Fatal("refused rules are fetched again at once")
		}
	}
	want := []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second, time.Minute, time.Minute, time.Minute}
	if !slices.Equal(delays, want) {
		t.Errorf("delays %v, want %v", delays, want)
	}
	l.retryAt = time.Now()
	if l.known() != "" {
		t.Error("refused rules are never fetched again")
	}
	if l.refuse("other", errRefused); l.delay != want[0] {
		t.Errorf("other rules wait for %v", l.delay)
	}
}

func TestNoRulesWereEverPublished(t *testing.T) {
	storage := newStorage(t)
	s := newSite(t, storage.bucket)
	s.awaitOutcome(absent)
	if err := s.reloader.ready(); err != nil {
		t.Errorf("not ready: %v", err)
	}
	for _, c := range [][3]string{
		{http.MethodPost, "/api/recommend", `{"songs":["Yesterday"]}`},
		{http.MethodGet, "/api/songs?q=yes", ""},
		{http.MethodGet, "/api/rules", ""},
	} {
		got := s.do(c[0], c[1], nil, c[2])
		if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "1" || !bytes.Contains(got.body, []byte("no rules were published yet")) {
			t.Errorf("%s: status %d, Retry-After %q: %s", c[1], got.status, got.header.Get("Retry-After"), got.body)
		}
	}
	if status, _ := s.ask(`{"songs":[]}`); status != http.StatusUnprocessableEntity {
		t.Errorf("a request that is wrong anyway got %d", status)
	}
	storage.put(rules.CurrentKey, []byte("garbage"))
	s.awaitOutcome(refused)
	if err := s.reloader.ready(); err != nil {
		t.Errorf("not ready any more: %v", err)
	}
	storage.publish("first", playlists, 1)
	s.awaitServed("first", 1)
}

func TestPointerIsDeleted(t *testing.T) {
	storage := newStorage(t)
	storage.publish("first", playlists, 1)
	s := newSite(t, storage.bucket)
	s.awaitServed("first", 1)
	storage.remove(rules.CurrentKey)
	s.awaitOutcome(gone)
	if got := s.described(); got.ID != "first" || got.Reload.Problem == "" {
		t.Errorf("serving %+v", got)
	}
	storage.publish("second", otherPlaylists, 2)
	s.awaitServed("second", 2)
}

// TestNobodyWaitsForALookThatDoesNotCome: once a strict recommender stops, the
// requests that are left are answered from the rules there are.
func TestNobodyWaitsForALookThatDoesNotCome(t *testing.T) {
	storage := newStorage(t)
	storage.publish("first", playlists, 1)
	l := newReloader(storage.bucket, time.Hour)
	l.strict = true
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		l.run(ctx, func(outcome) {})
		close(ended)
	}()
	if _, err := l.model(); err != nil {
		t.Fatal(err)
	}
	stop()
	<-ended
	start := time.Now()
	if m, err := l.model(); err != nil || m.id != "first" {
		t.Errorf("answers from %v, %v", m, err)
	}
	if waited := time.Since(start); waited >= maxWait {
		t.Errorf("waited %v", waited)
	}
}
