package main

import "sync/atomic"

// limit bounds how many requests something happens to at a time: they are
// answered, and more would only make all of them slower, or their long bodies
// are read, and more would take too much memory. Those beyond are refused at
// once.
type limit struct {
	most    int64
	what    string
	working atomic.Int64
}

// enter counts a request until leave.
func (l *limit) enter() error {
	if l.working.Add(1) > l.most {
		l.working.Add(-1)
		return overloaded.errorf("%d requests are being %s: try again in a second", l.most, l.what).with("Retry-After", "1")
	}
	return nil
}

func (l *limit) leave() { l.working.Add(-1) }
