package main

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"

	"segue.dev/shared/epoll"
)

const (
	// maxWrite bounds how long a client may take to receive a piece of an answer.
	maxWrite = time.Minute
	// lingering is how long a client that is still sending may take to read why it was
	// refused, as net/http has it.
	lingering = 500 * time.Millisecond
)

// A listener accepts connections that do what fasthttp's do not; see conn. It waits where
// a new one cannot be had for now.
type listener struct {
	net.Listener
	poller *epoll.Poller
	idle   time.Duration // how long a connection is kept on which no request came yet
}

// Accept waits for the next connection.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	for wait := 5 * time.Millisecond; isShortage(err); wait = min(2*wait, time.Second) {
		time.Sleep(wait)
		c, err = l.Listener.Accept()
	}
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		return &conn{stream: l.poll(tcp), idle: l.idle}, nil
	}
	return c, err
}

// poll has the poller wait for the client, unless it lacks what that takes.
func (l listener) poll(tcp *net.TCPConn) stream {
	if c, err := l.poller.Take(tcp); err == nil {
		return c
	}
	return tcp
}

// isShortage tells whether the system lacks what it will have again once other
// connections have ended.
func isShortage(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ENOBUFS) || errors.Is(err, syscall.ENOMEM)
}

// A stream is a connection of package epoll or net.
type stream interface {
	net.Conn
	CloseWrite() error
}

// A conn gives each piece that it sends time of its own: a deadline for the answer
// would still be there, and be over, when the next is sent on a connection that was
// idle. It may be idle before its first request, too. And it can linger, see linger.
type conn struct {
	stream
	lingers atomic.Bool

	// The rest belongs to the goroutine that serves the connection.
	idle    time.Duration
	first   time.Duration // that a first request may take from its first byte on; the server's ReadTimeout
	started bool          // that byte has come
}

// SetReadDeadline sets until when more must come. Before the first byte it keeps that time
// for when the byte comes, and sets the idle time instead: proxies open connections that
// they do not use at once.
func (c *conn) SetReadDeadline(at time.Time) error {
	if !c.started {
		c.first = time.Until(at)
		at = time.Now().Add(c.idle)
	}
	return c.stream.SetReadDeadline(at)
}

// Read receives what has come. With the first byte the time for the first request
// begins. A connection that fails or ends before it, or was idle for too long, ends
// without an answer, which a proxy would take for that of a request that it sends just
// then.
func (c *conn) Read(to []byte) (int, error) {
	n, err := c.stream.Read(to)
	switch {
	case c.started:
	case n > 0:
		c.started = true
		err = c.SetReadDeadline(time.Now().Add(c.first))
	case err != nil:
		err = io.EOF
	}
	return n, err
}

// Write sends a piece.
func (c *conn) Write(piece []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(maxWrite)); err != nil {
		return 0, err
	}
	return c.stream.Write(piece)
}

// Close ends the sending, and the connection at once or later.
func (c *conn) Close() error {
	if !c.lingers.Load() {
		return c.stream.Close()
	}
	time.AfterFunc(lingering, func() { _ = c.stream.Close() })
	return c.CloseWrite()
}

// linger says whether the request's connection, if it is closed behind the answer,
// stays open for a while. What arrives for a closed connection is answered with a reset,
// at which the client's system drops the answer that the client has not read yet.
func linger(c *fasthttp.RequestCtx, lingers bool) {
	if conn, ok := c.Conn().(*conn); ok {
		conn.lingers.Store(lingers)
	}
}
