package store

import (
	"context"
	"net"
	"net/http"
	"time"
)

// stallConn is a connection that fails once nothing has moved in either
// direction for a time. It covers a server that accepts and never answers, one
// that stops in the middle of a body, and one that stops reading, while a large
// object may take as long as it needs.
type stallConn struct {
	net.Conn
	limit time.Duration
}

// dropStalled makes all connections of t stallConns.
func dropStalled(t *http.Transport, limit time.Duration) {
	dial := t.DialContext
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return stallConn{conn, limit}, nil
	}
}

func (c stallConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.limit)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write also moves the deadline of the read that waits for the answer.
func (c stallConn) Write(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(c.limit)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
