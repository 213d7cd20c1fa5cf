package epoll

import (
	"errors"
	"net"
	"sync"
	"time"
)

// A deadline is of the reads or of the writes of a connection, which wait here.
type deadline struct {
	sync.Cond           // something may have changed
	at        time.Time // zero if there is none
	exceeded  bool
}

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline sets from when on reads fail, those that wait already too; zero for never.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadline(&c.read, t) }

// SetWriteDeadline sets from when on writes fail, those that wait already too; zero for never.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadline(&c.write, t) }

// setDeadline sets the timer only if it would fire too late. Deadlines move with every
// request, mostly to later; a timer that fires too early is set again then.
func (c *Conn) setDeadline(d *deadline, t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	d.at, d.exceeded = t, false
	if !t.IsZero() && (c.timerAt.IsZero() || t.Before(c.timerAt)) {
		c.checkDeadlines()
	}
	return nil
}

// expire is what the timer does.
func (c *Conn) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.checkDeadlines()
	}
}

// checkDeadlines ends the waiting whose deadline has come, and sets the timer for the
// earlier of the others.
func (c *Conn) checkDeadlines() {
	c.timerAt = time.Time{}
	now := time.Now()
	for _, d := range []*deadline{&c.read, &c.write} {
		switch {
		case d.at.IsZero() || d.exceeded:
		case !d.at.After(now):
			d.exceeded = true
			d.Broadcast()
		case c.timerAt.IsZero() || d.at.Before(c.timerAt):
			c.timerAt = d.at
		}
	}
	if !c.timerAt.IsZero() {
		c.timer.Reset(c.timerAt.Sub(now))
	}
}
