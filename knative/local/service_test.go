package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// serviceAt returns a client of Service "tested", whose process is handler.
func serviceAt(t *testing.T, s *service, handler http.HandlerFunc) *http.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	const host = "tested.test.svc.cluster.local"
	s.log = slog.New(slog.DiscardHandler)
	n := &network{
		addresses: &addresses{locations: map[string]string{host: strings.TrimPrefix(server.URL, "http://")}},
		services:  map[string]*service{host: s},
	}
	t.Cleanup(n.transport.CloseIdleConnections)
	return &http.Client{Transport: n}
}

func request(t *testing.T, client *http.Client) (int, string) {
	t.Helper()
	response, err := client.Get("http://tested.test.svc.cluster.local/path")
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, string(body)
}

func TestContainerConcurrency(t *testing.T) {
	for name, limit := range map[string]int32{"one": 1, "two": 2} {
		t.Run(name, func(t *testing.T) {
			var running, most atomic.Int32
			s := &service{timeout: time.Minute, turns: make(chan struct{}, limit)}
			s.ready.open()
			client := serviceAt(t, s, func(w http.ResponseWriter, r *http.Request) {
				if n := running.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(10 * time.Millisecond)
				running.Add(-1)
				io.WriteString(w, r.Host)
			})
			var all sync.WaitGroup
			for range 10 {
				all.Go(func() {
					if code, host := request(t, client); code != 200 || host != "tested.test.svc.cluster.local" {
						t.Errorf("%d %s", code, host)
					}
				})
			}
			all.Wait()
			if most.Load() != limit {
				t.Errorf("%d at a time, want %d", most.Load(), limit)
			}
		})
	}
}

func TestTimeoutSeconds(t *testing.T) {
	s := &service{timeout: 100 * time.Millisecond}
	s.ready.open()
	client := serviceAt(t, s, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	code, text := request(t, client)
	if code != http.StatusGatewayTimeout || !strings.Contains(text, "timeoutSeconds of 100ms") {
		t.Errorf("%d %s", code, text)
	}
}

func TestRequestsWaitUntilReady(t *testing.T) {
	s := &service{timeout: time.Minute}
	client := serviceAt(t, s, func(http.ResponseWriter, *http.Request) {})
	answered := make(chan int)
	go func() {
		code, _ := request(t, client)
		answered <- code
	}()
	select {
	case <-answered:
		t.Fatal("answered by a process that is not ready")
	case <-time.After(100 * time.Millisecond):
	}
	s.ready.open()
	if code := <-answered; code != 200 {
		t.Errorf("%d", code)
	}
}

func TestGate(t *testing.T) {
	var g gate
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if g.wait(ctx) == nil {
		t.Error("a new gate is open")
	}
	g.open()
	g.open()
	if err := g.wait(t.Context()); err != nil {
		t.Error(err)
	}
	g.close()
	if g.wait(ctx) == nil {
		t.Error("a closed gate is open")
	}
}
