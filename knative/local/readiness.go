package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// becomesReady asks the readiness probe again and again until it says yes.
func (s *service) becomesReady(ctx context.Context) bool {
	for !s.answers(ctx) {
		if sleep(ctx, 50*time.Millisecond) != nil {
			return false
		}
	}
	return true
}

// answers tells whether the readiness probe succeeds.
func (s *service) answers(ctx context.Context) bool {
	if s.probe == nil || s.probe.HTTPGet == nil {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.location)
		return err == nil && conn.Close() == nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.location+s.probe.HTTPGet.Path, nil)
	if err != nil {
		return false
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode >= 200 && response.StatusCode < 400
}

// gate lets callers wait until something is ready. It is closed at first.
type gate struct {
	mu     sync.Mutex
	isOpen bool
	opened chan struct{} // closed when the gate opens; nil if none waits
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.isOpen = true
	if g.opened != nil {
		close(g.opened)
		g.opened = nil
	}
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.isOpen = false
}

// wait returns when the gate is open, or with an error when ctx is done.
func (g *gate) wait(ctx context.Context) error {
	g.mu.Lock()
	if g.isOpen {
		g.mu.Unlock()
		return nil
	}
	if g.opened == nil {
		g.opened = make(chan struct{})
	}
	opened := g.opened
	g.mu.Unlock()
	select {
	case <-opened:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
