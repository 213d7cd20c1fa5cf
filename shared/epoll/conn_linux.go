package epoll

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A Conn is a connection as net.TCPConn is one, with as much of it as a server needs.
// Several goroutines may use it at a time.
type Conn struct {
	local, remote net.Addr
	poller        *poller

	fd int

	mu       sync.Mutex // of what follows; held while the descriptor is used
	closed   bool
	mayRead  bool // a read may find something
	ended    bool // the client sends no more, or is gone
	reading  waiting
	writing  waiting
	alarm    *time.Timer // ends waiting that takes too long
	alarmSet time.Time   // when it rings; zero if it does not
}

var _ net.Conn = (*Conn)(nil)

// Take takes a connection over, of which the caller keeps nothing. If that fails, for want
// of a file descriptor for instance, the connection is the caller's as before.
func Take(tcp *net.TCPConn) (*Conn, error) {
	p, err := processPoller()
	if err != nil {
		return nil, err
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, err
	}
	c := &Conn{local: tcp.LocalAddr(), remote: tcp.RemoteAddr(), poller: p}
	c.reading.L, c.writing.L = &c.mu, &c.mu
	if control := raw.Control(func(fd uintptr) {
		// Closing tcp takes its own descriptor out of Go's poller.
		c.fd, err = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0)
	}); control != nil || err != nil {
		return nil, os.NewSyscallError("fcntl", errors.Join(control, err))
	}
	c.alarm = time.AfterFunc(time.Hour, c.ring)
	c.alarm.Stop()
	if err := p.add(c); err != nil {
		_ = unix.Close(c.fd)
		return nil, err
	}
	_ = tcp.Close()
	return c, nil
}

// Read receives what has come, or waits for it.
func (c *Conn) Read(to []byte) (int, error) {
	to = to[:min(len(to), most)]
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if err := c.check(&c.reading); err != nil || len(to) == 0 {
			return 0, err
		}
		if !c.mayRead {
			c.reading.Wait()
			continue
		}
		n, err := transfer(unix.SYS_READ, c.fd, to)
		switch {
		case err == 0 && n == 0:
			return 0, io.EOF
		case err == 0:
			// What fills less than there is room for was all: more will be told of.
			c.mayRead = n == len(to) || c.ended
			return n, nil
		case err == unix.EAGAIN:
			c.mayRead = false
		case err != unix.EINTR:
			return 0, os.NewSyscallError("read", err)
		}
	}
}

// Write sends all of it, or tells how much before an error.
func (c *Conn) Write(piece []byte) (sent int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if err := c.check(&c.writing); err != nil || sent == len(piece) {
			return sent, err
		}
		n, err := transfer(unix.SYS_WRITE, c.fd, piece[sent:min(len(piece), sent+most)])
		switch err {
		case 0:
			sent += n
		case unix.EAGAIN:
			c.writing.Wait()
		case unix.EINTR:
		default:
			return sent, os.NewSyscallError("write", err)
		}
	}
}

// check tells what forbids to go on.
func (c *Conn) check(w *waiting) error {
	switch {
	case c.closed:
		return net.ErrClosed
	case w.over:
		return os.ErrDeadlineExceeded
	}
	return nil
}

// happened lets those look that wait for what may have happened.
func (c *Conn) happened(events uint32) {
	const gone = unix.EPOLLHUP | unix.EPOLLERR
	c.mu.Lock()
	defer c.mu.Unlock()
	if events&(unix.EPOLLRDHUP|gone) != 0 {
		c.ended = true
	}
	if events&unix.EPOLLIN != 0 || c.ended {
		c.mayRead = true
		c.reading.Broadcast()
	}
	if events&(unix.EPOLLOUT|gone) != 0 {
		c.writing.Broadcast()
	}
}

// CloseWrite ends the sending.
func (c *Conn) CloseWrite() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	return os.NewSyscallError("shutdown", unix.Shutdown(c.fd, unix.SHUT_WR))
}

// Close ends the connection, and the reads and writes that wait.
func (c *Conn) Close() error {
	c.poller.remove(c) // which locks in this order
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	c.closed = true
	c.alarm.Stop()
	err := unix.Close(c.fd) // which takes it out of the system's poller
	c.reading.Broadcast()
	c.writing.Broadcast()
	return os.NewSyscallError("close", err)
}

// LocalAddr gives the server's address.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr gives the client's address.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }
