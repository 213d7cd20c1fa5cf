package main

import (
	"io"
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

// TestOverloadOfLongBodies keeps those from filling the memory that are slow to
// come, and lets short ones pass.
func TestOverloadOfLongBodies(t *testing.T) {
	s := servingSite(t)
	long := `{"songs":["Yesterday"]` + strings.Repeat(" ", promised) + `}`
	for range s.long.most {
		if err := s.long.enter(); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.do(http.MethodPost, "/api/recommend", nil, long); got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "1" {
		t.Errorf("a long body: status %d, %s", got.status, got.body)
	}
	if status, _ := s.ask(`{"songs":["Yesterday"]}`); status != http.StatusOK {
		t.Errorf("a short body: status %d", status)
	}
	chunked, err := http.Post(s.url+"/api/recommend", "", io.MultiReader(strings.NewReader(`{"songs":["Yesterday"]}`)))
	if err != nil {
		t.Fatal(err)
	}
	if chunked.Body.Close(); chunked.StatusCode != http.StatusOK {
		t.Errorf("a short body of unknown length: status %d", chunked.StatusCode)
	}
	s.long.leave()
	if status, _ := s.ask(long); status != http.StatusOK {
		t.Errorf("a long body with room for one: status %d", status)
	}
}
