package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// service is one Knative Service: a process that is kept running, and the turns
// in which events reach it.
type service struct {
	name       string
	process    process
	variables  map[string]string // the process's environment
	usesBucket bool
	location   string // host:port on loopback
	probe      *corev1.Probe
	turns      chan struct{} // one element for each request under way; nil for no limit
	timeout    time.Duration // of a request
	log        *slog.Logger
	ready      gate
}

const (
	firstRestart = 500 * time.Millisecond // delay; it doubles
	lastRestart  = 30 * time.Second
	settled      = 30 * time.Second // a process that ran so long restarts without a grown delay
	startLimit   = 2 * time.Minute  // for a process to become ready
)

// run keeps the process running until ctx is done. It returns an error only if
// the process ends before it was ever ready.
func (s *service) run(ctx context.Context) error {
	delay := firstRestart
	for everReady := false; ; {
		started := time.Now()
		wasReady, err := s.live(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if everReady = everReady || wasReady; !everReady {
			return fmt.Errorf("%s ended before it was ready: %w", s.name, err)
		}
		if time.Since(started) > settled {
			delay = firstRestart
		}
		s.log.Error("process ended, starting it again", "error", err, "delay", delay.String())
		if sleep(ctx, delay) != nil {
			return nil
		}
		delay = min(2*delay, lastRestart)
	}
}

// live starts the process, opens the gate when it is ready, and closes it when
// the process has ended.
func (s *service) live(ctx context.Context) (wasReady bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var waiting sync.WaitGroup
	waiting.Go(func() {
		late, stop := context.WithTimeout(ctx, startLimit)
		defer stop()
		if wasReady = s.becomesReady(late); wasReady {
			s.ready.open()
		} else if ctx.Err() == nil {
			cancel(fmt.Errorf("not ready within %v", startLimit))
		}
	})
	if err = s.process.run(ctx); err == nil {
		err = errors.New("exit status 0")
	}
	err = errors.Join(context.Cause(ctx), err)
	cancel(nil)
	waiting.Wait()
	s.ready.close()
	return wasReady, err
}

// sleep returns early, with an error, if ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
