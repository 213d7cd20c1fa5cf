package main

import (
	"net"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// lingering is how long a client that is still sending may take to read why it was
// refused, as net/http has it.
const lingering = 500 * time.Millisecond

// A lingeringListener accepts connections that can linger.
type lingeringListener struct{ net.Listener }

// Accept waits for the next connection.
func (l lingeringListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		return &lingeringConn{TCPConn: tcp}, nil
	}
	return c, err
}

// A lingeringConn stays open for a while behind the last answer, if that is a refusal.
// What arrives for a closed connection is answered with a reset, at which the client's
// system drops the answer that the client has not read yet.
type lingeringConn struct {
	*net.TCPConn
	refused atomic.Bool
}

// Close ends the sending, and the connection at once or later.
func (c *lingeringConn) Close() error {
	if !c.refused.Load() {
		return c.TCPConn.Close()
	}
	time.AfterFunc(lingering, func() { _ = c.TCPConn.Close() })
	return c.CloseWrite()
}

// linger makes the request's connection do so.
func linger(c *fasthttp.RequestCtx) {
	if conn, ok := c.Conn().(*lingeringConn); ok {
		conn.refused.Store(true)
	}
}
