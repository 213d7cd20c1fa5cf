package main

import (
	"runtime"
	"sync/atomic"
)

// limit bounds how many requests are answered at a time. More would only make
// all of them slower, so those beyond are refused at once.
type limit struct {
	most    int64
	working atomic.Int64
}

// enter counts a request until leave: once it was read whole, so that a client
// that is slow to send one counts nothing, and once there are rules to answer it
// from, so that those that wait for them do not either.
func (l *limit) enter() error {
	if l.working.Add(1) > l.most {
		l.working.Add(-1)
		return overloaded.errorf("%d requests are being answered: try again in a second", l.most).with("Retry-After", "1")
	}
	// Let the others that have come be counted, too, before this one is worked on.
	runtime.Gosched()
	return nil
}

func (l *limit) leave() { l.working.Add(-1) }
