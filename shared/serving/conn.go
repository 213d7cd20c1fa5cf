package serving

import (
	"net"
	"sync"
	"time"
)

// wholeListener accepts connections that send an answer in one piece.
type wholeListener struct{ net.Listener }

// Accept waits for the next connection.
func (l wholeListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		return &wholeConn{Conn: tcp, tcp: tcp}, nil
	}
	return c, err
}

// bufferSize is the size of net/http's write buffer, which cannot be set.
const bufferSize = 4 << 10

// wholeConn sends an answer in one piece. net/http writes a full buffer first and the
// rest after it, and the kernel takes nearly as long for a small piece as for a large
// one. So a full buffer is held until the next Write, or until net/http resets the write
// deadline, as it does after each answer. A handler must not count on Flush: a full
// buffer may stay here.
type wholeConn struct {
	net.Conn // without the ReadFrom of a TCPConn, which would overtake what is held
	tcp      *net.TCPConn

	mutex sync.Mutex
	held  []byte
	err   error // of a send that failed: whatever would follow is out of step
}

// Write holds a full buffer, and sends anything else behind what is held.
func (c *wholeConn) Write(p []byte) (int, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	switch {
	case c.err != nil:
		return 0, c.err
	case len(c.held) > 0:
		pieces := net.Buffers{c.held, p}
		var sent int64
		sent, c.err = pieces.WriteTo(c.tcp)
		sent -= int64(len(c.held))
		c.held = c.held[:0]
		return int(max(0, sent)), c.err
	case len(p) == bufferSize:
		c.held = append(c.held, p...)
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// SetWriteDeadline sends what is held first, so that the deadline that was set for it
// holds. While a Write waits for the client, the new deadline is for that.
func (c *wholeConn) SetWriteDeadline(t time.Time) error {
	if c.mutex.TryLock() {
		_ = c.send() // the next Write tells
		c.mutex.Unlock()
	}
	return c.Conn.SetWriteDeadline(t)
}

// CloseWrite is what net/http looks for to let a client that may still be sending read
// the answer.
func (c *wholeConn) CloseWrite() error { return c.tcp.CloseWrite() }

// Close sends what is held first: a handler that panicked has not come to an end. A
// Write that is waiting for the client ends, as with every connection.
func (c *wholeConn) Close() error {
	if c.mutex.TryLock() {
		if len(c.held) > 0 {
			_ = c.Conn.SetWriteDeadline(time.Now().Add(time.Second)) // the client may not read
			_ = c.send()                                             // it is closed in any case
		}
		c.mutex.Unlock()
	}
	return c.Conn.Close()
}

// send sends what is held. The mutex is locked.
func (c *wholeConn) send() error {
	if len(c.held) > 0 && c.err == nil {
		_, c.err = c.Conn.Write(c.held)
	}
	c.held = c.held[:0]
	return c.err
}
