package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"

	"segue.dev/shared/rules"
	"segue.dev/shared/store"
)

// maxRetryDelay bounds the time until refused rules are looked at again.
const maxRetryDelay = time.Minute

// maxWait bounds how long a request waits for a look at the bucket.
const maxWait = 5 * time.Second

// pause is longer than everything stands still while memory goes back to the
// system. That is done when, since the look before, one request or none came in
// each such time; until then the memory of replaced rules serves the next ones.
const pause = 10 * time.Millisecond

// reloader keeps the newest rules in memory. At every interval it asks for the
// pointer, if it has changed; whatever goes wrong, the rules that are loaded go
// on serving.
type reloader struct {
	bucket   *store.Bucket
	interval time.Duration
	started  time.Time
	memory   memory

	strict     bool          // whether requests wait for a look of their own
	asked      chan struct{} // holds one if somebody waits for a look
	next       atomic.Pointer[look]
	checked    chan struct{} // closed once the first look has ended
	stopped    chan struct{} // closed once there will be no look any more
	serving    atomic.Pointer[model]
	last       atomic.Pointer[check]
	readyAfter atomic.Int64 // nanoseconds from start; 0 until then
	requests   atomic.Int64 // since the look before

	// The rest belongs to the goroutine in run.
	seen     string // ETag of the pointer that was judged last
	refusal  error  // its judgement
	replaced bool   // whether rules that nobody needs any more may still take memory
	retryAt  time.Time
	delay    time.Duration
}

// check is one look for newer rules.
type check struct {
	at      time.Time
	outcome outcome
	err     error // why the newest rules are not served, if there are any
}

// outcome is how a check ended.
type outcome string

const (
	loaded      outcome = "loaded"      // newer rules are served
	unchanged   outcome = "unchanged"   // the newest rules are served
	absent      outcome = "absent"      // no rules were ever published
	gone        outcome = "gone"        // there is no pointer any more
	refused     outcome = "refused"     // newer rules are not fit to be served
	unavailable outcome = "unavailable" // the bucket cannot be read
)

func newReloader(bucket *store.Bucket, interval time.Duration) *reloader {
	l := &reloader{
		bucket: bucket, interval: interval, started: time.Now(), memory: readMemoryLimit(),
		asked: make(chan struct{}, 1), checked: make(chan struct{}), stopped: make(chan struct{}),
	}
	l.next.Store(newLook())
	return l
}

// run looks for newer rules at once and then at every interval, until ctx is
// done. It tells report how each look ended.
func (l *reloader) run(ctx context.Context, report func(outcome)) {
	ticker := time.NewTicker(l.interval)
	defer ticker.Stop()
	defer close(l.stopped)
	for before := time.Now(); ctx.Err() == nil; {
		// Not at once: requests may still be answered from the rules that were replaced.
		now := time.Now()
		quiet := isQuiet(l.requests.Swap(0), now.Sub(before))
		if before = now; quiet && l.replaced {
			debug.FreeOSMemory()
			l.replaced = false
		}
		look := l.next.Swap(newLook())
		outcome, err := l.check(ctx)
		if ctx.Err() != nil {
			return
		}
		l.conclude(check{time.Now().UTC(), outcome, err})
		close(look.ended)
		report(outcome)
		select {
		case <-ticker.C:
		case <-l.asked:
		case <-ctx.Done():
		}
	}
}

// isQuiet tells whether so few requests in that time can bear a pause.
func isQuiet(requests int64, in time.Duration) bool { return time.Duration(requests)*pause <= in }

// look is one to come, and what waits for its end.
type look struct{ ended chan struct{} }

func newLook() *look { return &look{make(chan struct{})} }

// model is the one to answer from. A request that comes while the process wakes
// up waits for the first look to end, any request does if reloads are strict.
func (l *reloader) model() (*model, error) {
	l.requests.Add(1)
	switch m := l.serving.Load(); {
	case l.strict:
		l.await(l.ask())
	case m != nil:
		return m, nil
	default:
		l.await(l.checked)
	}
	if m := l.serving.Load(); m != nil {
		return m, nil
	}
	p := noRules.errorf("no rules were published yet: try again once a training has ended")
	if last := l.lastCheck(); last.err != nil {
		p = noRules.errorf("the rules cannot be loaded, try again later: %v", last.err)
	}
	return nil, p.with("Retry-After", strconv.Itoa(int(math.Ceil(l.interval.Seconds()))))
}

// ask asks for a look and returns what is closed once it has ended. One that
// began before may have seen the pointer before, too.
func (l *reloader) ask() (ended chan struct{}) {
	ended = l.next.Load().ended
	select {
	case l.asked <- struct{}{}:
	default: // somebody asked already
	}
	return ended
}

// await waits, but not for ever.
func (l *reloader) await(ended chan struct{}) {
	select {
	case <-ended:
	case <-l.stopped:
	case <-time.After(maxWait):
	}
}

// ready returns nil once the newest rules were loaded, or once it was known
// that none exist; before that, what stands in the way.
func (l *reloader) ready() error {
	if l.serving.Load() != nil || l.readyAfter.Load() > 0 {
		return nil
	}
	return l.lastCheck().err
}

// lastCheck is how the last look ended.
func (l *reloader) lastCheck() check {
	if last := l.last.Load(); last != nil {
		return *last
	}
	return check{outcome: unavailable, err: errors.New("the bucket has not answered yet")}
}

// check looks for newer rules.
func (l *reloader) check(ctx context.Context) (outcome, error) {
	pointer, err := l.bucket.Get(ctx, rules.CurrentKey, l.known())
	switch {
	case err == nil:
		return l.load(ctx, pointer)
	case errors.Is(err, store.ErrNotModified) && l.refusal != nil:
		return refused, l.refusal
	case errors.Is(err, store.ErrNotModified):
		return unchanged, nil
	case !errors.Is(err, store.ErrNotFound):
		return unavailable, err
	case l.serving.Load() == nil:
		return absent, nil
	}
	return gone, fmt.Errorf("%s is not in the bucket any more", rules.CurrentKey)
}

// known is the ETag of a pointer that needs no second look: none once it is
// time to look again at what was refused.
func (l *reloader) known() string {
	if l.refusal != nil && !time.Now().Before(l.retryAt) {
		return ""
	}
	return l.seen
}

// load serves the rules that the pointer names.
func (l *reloader) load(ctx context.Context, pointer *store.Object) (outcome, error) {
	ctx, span := otel.Tracer("segue.dev/functions/recommender").Start(ctx, "load rules")
	defer span.End()
	start, before := time.Now(), l.serving.Load()
	pace := rules.Aside
	if before == nil || l.strict { // nobody is answered meanwhile
		pace = rules.AtOnce
	}
	next, err := loadModel(ctx, l.bucket, l.memory, pointer, before, pace)
	switch {
	case errors.Is(err, errRefused):
		l.refuse(pointer.ETag, err)
		return refused, err
	case err != nil:
		return unavailable, err
	}
	l.seen, l.refusal, l.delay = pointer.ETag, nil, 0
	l.serving.Store(next)
	if before == nil {
		time.AfterFunc(firstAnswers, func() { collectFor(l.serving.Load().current.Bytes) })
	} else {
		collectFor(next.current.Bytes)
	}
	l.replaced = before != nil
	log := slog.With("id", next.current.ID, "generation", next.current.Generation)
	if before != nil && next.current.Generation < before.current.Generation {
		log.Warn("rules rolled back", "from", before.current.Generation)
	}
	log.Info("rules loaded", "rules", next.rules.Info().Rules, "tracks", next.rules.Len(),
		"bytes", next.current.Bytes, "seconds", time.Since(start).Seconds())
	return loaded, nil
}

// refuse remembers the judgement, so that a bad object is not fetched at every
// interval: after twice the time as long as the pointer stays the same.
func (l *reloader) refuse(etag string, reason error) {
	if etag != l.seen {
		l.delay = l.interval
	}
	l.seen, l.refusal = etag, reason
	l.delay = max(l.interval, min(2*l.delay, maxRetryDelay))
	l.retryAt = time.Now().Add(l.delay)
}

// conclude makes the check's result known, in the log only where it is news.
func (l *reloader) conclude(c check) {
	before := l.lastCheck()
	first := l.last.Swap(&c) == nil
	if first {
		if l.serving.Load() == nil {
			collectFor(0)
		}
		close(l.checked)
	}
	if c.outcome == loaded || c.outcome == unchanged || c.outcome == absent {
		l.readyAfter.CompareAndSwap(0, int64(time.Since(l.started)))
	}
	switch {
	case !first && before.outcome == c.outcome && (c.outcome != refused || before.err.Error() == c.err.Error()):
	case c.outcome == absent:
		slog.Info("no rules published yet")
	case c.err != nil:
		slog.Error("rules not reloaded", "outcome", c.outcome, "reason", c.err, "serving", l.serving.Load() != nil)
	case c.outcome == unchanged && before.err != nil:
		slog.Info("rules are the newest again")
	}
}
