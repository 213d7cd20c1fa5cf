package main

import (
	"context"
	"sync"
)

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
