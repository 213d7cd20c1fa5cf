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
// one. So a full buffer is held until the next Write, or until net/http reads the next
// request, which comes after the answer. (If the client sent that one too early, its
// answer sends both.) A handler must not count on Flush: a full buffer may stay here.
type wholeConn struct {
	net.Conn // without the ReadFrom of a TCPConn, which would overtake what is held
	tcp      *net.TCPConn

	mutex sync.Mutex
	held  []byte
}

// Write holds a full buffer, and sends anything else behind what is held.
func (c *wholeConn) Write(p []byte) (int, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if len(c.held) == 0 {
		if len(p) != bufferSize {
			return c.Conn.Write(p)
		}
		c.held = append(c.held, p...)
		return len(p), nil
	}
	pieces := net.Buffers{c.held, p}
	sent, err := pieces.WriteTo(c.tcp)
	sent -= int64(len(c.held))
	c.held = c.held[:0]
	return int(max(0, sent)), err
}

// Read sends what is held first, unless it is for one byte: that is how net/http waits
// in the background, while a handler works, for the client to go.
func (c *wholeConn) Read(p []byte) (int, error) {
	if len(p) > 1 {
		c.mutex.Lock()
		err := c.send()
		c.mutex.Unlock()
		if err != nil {
			return 0, err
		}
	}
	return c.Conn.Read(p)
}

// CloseWrite sends what is held first. net/http calls it before Close if the client may
// still be sending.
func (c *wholeConn) CloseWrite() error {
	c.mutex.Lock()
	err := c.send()
	c.mutex.Unlock()
	if err != nil {
		return err
	}
	return c.tcp.CloseWrite()
}

// Close sends what is held first, unless a Write is waiting for the client: that one
// ends, as with every connection.
func (c *wholeConn) Close() error {
	if c.mutex.TryLock() {
		if len(c.held) > 0 {
			_ = c.SetWriteDeadline(time.Now().Add(time.Second)) // the client may not read
			_ = c.send()                                        // it is closed in any case
		}
		c.mutex.Unlock()
	}
	return c.Conn.Close()
}

// send sends what is held. The mutex is locked.
func (c *wholeConn) send() error {
	if len(c.held) == 0 {
		return nil
	}
	_, err := c.Conn.Write(c.held)
	c.held = c.held[:0]
	return err
}
