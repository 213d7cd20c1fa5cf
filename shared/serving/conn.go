package serving

import (
	"net"
	"sync"
)

// wholeListener accepts connections that send an answer whole.
type wholeListener struct{ net.Listener }

func (l wholeListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		return &wholeConn{Conn: tcp, tcp: tcp}, err
	}
	return c, err
}

// bufferSize is that of net/http's buffer of a connection, which cannot be set.
const bufferSize = 4 << 10

// wholeConn sends in one piece what net/http hands over in two, because it fills
// its buffer and something is left: the kernel takes nearly as long for a small piece
// as for a large one. A full buffer is held back until what follows comes, or until
// the connection is read from, which net/http does once the answer is complete. A
// handler that flushes half an answer would wait with it, but none here does.
type wholeConn struct {
	net.Conn
	tcp *net.TCPConn

	mutex sync.Mutex
	held  []byte
}

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
	c.held = c.held[:0]
	if _, err := pieces.WriteTo(c.tcp); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (c *wholeConn) send() error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if len(c.held) == 0 {
		return nil
	}
	_, err := c.Conn.Write(c.held)
	c.held = c.held[:0]
	return err
}

func (c *wholeConn) Read(p []byte) (int, error) {
	if err := c.send(); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// CloseWrite is what net/http calls before it closes a connection.
func (c *wholeConn) CloseWrite() error {
	if err := c.send(); err != nil {
		return err
	}
	return c.tcp.CloseWrite()
}

func (c *wholeConn) Close() error {
	_ = c.send() // nobody is told
	return c.Conn.Close()
}
