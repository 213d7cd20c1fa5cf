package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// connections is how many clients ask at a time, each on a connection that it
	// keeps.
	connections = 32
	// crowd is how many do in the round of overload.
	crowd = 1024
)

// contender is a server under load.
type contender struct {
	name, binary string
	env          []string
	process      *process
	rounds       []round
}

// underLoad prints how many requests a second each answers with one core.
func underLoad(s settings, subject *subject) error {
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer collector.Close()
	size, err := answerSize(s, subject)
	if err != nil {
		return err
	}
	all := []*contender{
		{name: "hello", binary: s.hello, env: []string{fmt.Sprint("SIZE=", size)}},
		{name: "recommender", binary: s.recommender, env: subject.env},
		{name: "with traces", binary: s.recommender, env: append([]string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL}, subject.env...)},
	}
	for _, c := range all {
		if err := c.start(subject); err != nil {
			return err
		}
		defer c.process.stop()
	}
	for range s.rounds {
		for _, c := range all {
			if err := c.round(subject, connections, s.duration); err != nil {
				return err
			}
		}
	}
	fmt.Printf("\nOne core, %d connections, %d rounds of %v each in turn\n\n", connections, s.rounds, s.duration)
	fmt.Println("| | requests/s | quartiles | of hello's | p50 | p99 | × hello's p99 | answer | core in use |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, c := range all {
		share := c.against(all[0], func(r round) float64 { return r.perSecond })
		tail := c.against(all[0], func(r round) float64 { return milliseconds(r.p99) })
		perSecond := c.figures(func(r round) float64 { return r.perSecond })
		fmt.Printf("| %s | %.0f | %s | %.1f %% (%s) | %.2f ms | %.2f ms | %.2f (%s) | %.0f B | %.0f %% |\n", c.name, median(perSecond), spread(perSecond, "%.0f"),
			median(share)*100, spread(scaled(share, 100), "%.1f"), median(c.figures(func(r round) float64 { return milliseconds(r.p50) })),
			median(c.figures(func(r round) float64 { return milliseconds(r.p99) })), median(tail), spread(tail, "%.2f"), c.rounds[0].bytes,
			median(c.figures(func(r round) float64 { return 100 * r.busy })))
	}
	return nil
}

func (c *contender) start(subject *subject) (err error) {
	if c.process, err = launch(c.binary, true, c.env...); err != nil {
		return err
	}
	if _, err := c.process.awaitAnswer(subject.requests[0]); err != nil {
		return err
	}
	_, err = load(c.process.address, connections, subject.requests, time.Second) // to warm up
	return err
}

func (c *contender) round(subject *subject, connections int, duration time.Duration) error {
	start, before := time.Now(), c.process.processorTime()
	r, err := load(c.process.address, connections, subject.requests, duration)
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	r.busy = float64(c.process.processorTime()-before) / float64(time.Since(start))
	c.rounds = append(c.rounds, r)
	return nil
}

func (c *contender) figures(of func(round) float64) (f []float64) {
	for _, r := range c.rounds {
		f = append(f, of(r))
	}
	return f
}

// against gives the ratios of a figure, round by round.
func (c *contender) against(other *contender, of func(round) float64) (ratios []float64) {
	for n, r := range c.rounds {
		ratios = append(ratios, of(r)/of(other.rounds[n]))
	}
	return ratios
}

// answerSize is the mean size of the recommender's answers, for hello to equal.
func answerSize(s settings, subject *subject) (int, error) {
	p, err := launch(s.recommender, true, subject.env...)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	if _, err := p.awaitAnswer(subject.requests[0]); err != nil {
		return 0, err
	}
	r, err := load(p.address, connections, subject.requests, time.Second)
	return int(r.bytes), err
}

// underReloads prints what reloads do to the latency, and what a crowd does.
func underReloads(ctx context.Context, s settings, subject *subject) error {
	c := &contender{name: "recommender", binary: s.recommender, env: append([]string{"RELOAD_INTERVAL=50ms"}, subject.env...)}
	if err := c.start(subject); err != nil {
		return err
	}
	defer c.process.stop()
	moving := &contender{name: "reloading", process: c.process}
	full := &contender{name: "a crowd", process: c.process}
	before, first := c.process.memory("VmRSS"), subject.generation
	for range s.rounds {
		if err := c.round(subject, connections, s.duration); err != nil {
			return err
		}
		if err := moving.reloadingRound(ctx, subject, s.duration); err != nil {
			return err
		}
	}
	loaded := c.process.memory("VmRSS")
	time.Sleep(time.Second) // looks that find it quiet, and give back the memory of replaced rules
	quiet := c.process.memory("VmRSS")
	for range s.rounds {
		if err := full.round(subject, crowd, s.duration); err != nil {
			return err
		}
	}
	fmt.Printf("\n%d reloads while rules are asked for, and %d connections at a time\n\n", subject.generation-first, crowd)
	fmt.Println("| | requests/s | refused with 503 | p50 | p99 | × p99 of the first |")
	fmt.Println("|---|--:|--:|--:|--:|--:|")
	for _, k := range []*contender{c, moving, full} {
		tail := k.against(c, func(r round) float64 { return milliseconds(r.p99) })
		fmt.Printf("| %s | %.0f | %.0f %% | %.1f ms | %.1f ms | %.2f (%s) |\n", k.name,
			median(k.figures(func(r round) float64 { return r.perSecond })),
			median(k.figures(func(r round) float64 { return 100 * float64(r.refused) / float64(r.answered+int(r.refused)) })),
			median(k.figures(func(r round) float64 { return milliseconds(r.p50) })),
			median(k.figures(func(r round) float64 { return milliseconds(r.p99) })), median(tail), spread(tail, "%.2f"))
	}
	fmt.Printf("\nResident memory before %d MB, after the reloads %d MB, a second later %d MB; after the crowd %d MB\n",
		before/1e6, loaded/1e6, quiet/1e6, c.process.memory("VmRSS")/1e6)
	return nil
}

// reloadingRound is a round while one reload follows the other. The last has ended, too,
// before it returns.
func (c *contender) reloadingRound(ctx context.Context, subject *subject, duration time.Duration) error {
	var ended atomic.Bool
	var publisher sync.WaitGroup
	var failed error
	publisher.Go(func() {
		for failed == nil && !ended.Load() {
			if failed = subject.point(ctx); failed == nil {
				failed = c.process.awaitRules(subject.current().ID)
			}
		}
	})
	err := c.round(subject, connections, duration)
	ended.Store(true)
	publisher.Wait()
	return errors.Join(err, failed)
}
