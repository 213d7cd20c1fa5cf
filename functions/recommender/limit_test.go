package main

import (
	"net/http"
	"strings"
	"testing"
)

// TestOverload refuses what is beyond the limit at once, and answers again
// after it.
func TestOverload(t *testing.T) {
	s := servingSite(t)
	for range s.limit.most {
		if err := s.limit.enter(); err != nil {
			t.Fatal(err)
		}
	}
	for _, target := range []string{"/api/recommend", "/api/songs?q=yes"} {
		method, body := http.MethodGet, ""
		if target == "/api/recommend" {
			method, body = http.MethodPost, `{"songs":["Yesterday"]}`
		}
		got := s.do(method, target, nil, body)
		if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "1" || !strings.Contains(string(got.body), "try again in a second") {
			t.Errorf("%s: status %d, %s", target, got.status, got.body)
		}
	}
	s.limit.leave()
	if status, _ := s.ask(`{"songs":["Yesterday"]}`); status != http.StatusOK {
		t.Errorf("status %d with room for one", status)
	}
}
