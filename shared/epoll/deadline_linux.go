package epoll

import (
	"errors"
	"net"
	"sync"
	"time"
)

// waiting is for a connection's client to send or to receive.
type waiting struct {
	sync.Cond           // something may have changed
	until     time.Time // zero if forever
	over      bool      // that time has come
}

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline sets when reads fail with os.ErrDeadlineExceeded; zero for never.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadline(&c.reading, t) }

// SetWriteDeadline sets when writes fail with os.ErrDeadlineExceeded; zero for never.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadline(&c.writing, t) }

// setDeadline sets the alarm only if it would ring too late. Deadlines move with every
// request, mostly to later; one that rings too early looks when to ring again.
func (c *Conn) setDeadline(w *waiting, t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	w.until, w.over = t, false
	if !t.IsZero() && (c.alarmSet.IsZero() || t.Before(c.alarmSet)) {
		c.setAlarm()
	}
	return nil
}

// ring is what the alarm does.
func (c *Conn) ring() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.setAlarm()
	}
}

// setAlarm ends the waiting whose time has come, and sets the alarm for what is left.
func (c *Conn) setAlarm() {
	c.alarmSet = time.Time{}
	now := time.Now()
	for _, w := range []*waiting{&c.reading, &c.writing} {
		switch {
		case w.until.IsZero() || w.over:
		case !w.until.After(now):
			w.over = true
			w.Broadcast()
		case c.alarmSet.IsZero() || w.until.Before(c.alarmSet):
			c.alarmSet = w.until
		}
	}
	if !c.alarmSet.IsZero() {
		c.alarm.Reset(c.alarmSet.Sub(now))
	}
}
