package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"segue.dev/knative/local/s3server"
)

// run runs knative/base until ctx is done, and returns when nothing of it is
// left. What is wrong with the environment or the manifests is found before
// anything starts.
func run(ctx context.Context, caller map[string]string, out io.Writer) error {
	settings, err := readSettings(caller)
	if err != nil {
		return err
	}
	m, err := loadManifests(settings.root)
	if err != nil {
		return err
	}
	overridden, err := m.override(caller)
	if err != nil {
		return err
	}
	ports := &ports{}
	defer ports.release()
	p, err := newPlatform(settings, m, newTerminal(out, settings.NoColor == ""), ports)
	if err != nil {
		return err
	}
	log := p.terminal.logger("segue")
	for _, w := range m.warnings {
		log.Warn(w)
	}
	if len(overridden) > 0 {
		log.Info("from the environment: " + strings.Join(overridden, " "))
	}
	log.Info("building the functions: the first time takes a while")
	if err := build(ctx, settings.root, p.functions, p.terminal.writer("build")); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	return p.run(ctx)
}

// run starts everything, waits until ctx is done or a function cannot start, and
// stops everything, last what the functions rely on.
func (p *platform) run(ctx context.Context) error {
	bucket, closeBucket, err := p.openBucket(ctx)
	if err != nil {
		return err
	}
	p.ports.release()
	group, ctx := errgroup.WithContext(ctx)
	stopBrokers, err := p.startBrokers(ctx)
	if err != nil {
		return errors.Join(err, closeBucket())
	}
	p.terminal.listen = p.welcomeOnce(ctx, group)
	for _, s := range p.services {
		if s.usesBucket {
			maps.Copy(s.variables, bucket)
		}
		s.process.env = environ(s.variables)
		group.Go(func() error { return s.run(ctx) })
	}
	group.Go(func() error { return p.runPings(ctx) })
	err = group.Wait()
	stopBrokers()
	return errors.Join(err, closeBucket())
}

// openBucket returns what tells a function where the bucket is: in a store of
// the person's own, if the environment names one, else in a server that is
// started here and ends with closeBucket.
func (p *platform) openBucket(ctx context.Context) (variables map[string]string, closeBucket func() error, err error) {
	if p.settings.OwnStore != "" {
		return p.settings.ownStore, func() error { return nil }, nil
	}
	server, err := s3server.Start(context.WithoutCancel(ctx), s3server.Config{
		Dir:    p.settings.StateDir,
		Bucket: p.manifests.variable("BUCKET"),
	})
	if err != nil {
		return nil, nil, fmt.Errorf("STATE_DIR=%s: %w", p.settings.StateDir, err)
	}
	return parseEnviron(server.Env()), server.Close, nil
}

// startBrokers takes and delivers events until ctx is done. The function that it
// returns frees the port.
func (p *platform) startBrokers(ctx context.Context) (stop func(), err error) {
	listener, err := net.Listen("tcp", p.ingress)
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	for _, b := range p.brokers {
		b.life = ctx
	}
	server := &http.Server{Handler: newIngress(p.brokers)}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) }) // ErrServerClosed
	return func() {
		soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if server.Shutdown(soon) != nil {
			_ = server.Close() // the listener is closed already
		}
		serving.Wait()
		for _, b := range p.brokers {
			b.close()
		}
		p.network.transport.CloseIdleConnections()
	}, nil
}

// runPings starts the PingSources when every Service that events reach is ready.
// The public one may be waiting for what an event brings about.
func (p *platform) runPings(ctx context.Context) error {
	for _, s := range p.services {
		if s != p.public && s.ready.wait(ctx) != nil {
			return nil
		}
	}
	runPings(ctx, p.pings)
	return nil
}

// welcomeOnce returns a listener that, when the public Service has loaded its
// first rules, says how to use it.
func (p *platform) welcomeOnce(ctx context.Context, group *errgroup.Group) func(name, message string) {
	var once sync.Once
	return func(name, message string) {
		if name != p.public.name || message != "rules loaded" {
			return
		}
		once.Do(func() {
			group.Go(func() error {
				p.terminal.say(p.welcome(ctx))
				return nil
			})
		})
	}
}
