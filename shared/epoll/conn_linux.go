package epoll

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Conn is a TCP connection with what a server needs of net.TCPConn. Several goroutines
// may use it at a time. Its methods fail with net.ErrClosed once it is closed.
type Conn struct {
	local, remote net.Addr
	poller        *Poller
	fd            int

	writes sync.Mutex // held by a Write to its end, so that no other's bytes come between

	mu        sync.Mutex // of what follows; held while fd is used
	closed    bool
	readable  bool // if not, a read would find nothing
	ambiguous bool // a short read need not be all: see handle
	read      deadline
	write     deadline
	timer     *time.Timer // for the earlier deadline
	timerAt   time.Time   // when it fires, which may be too early; zero if it is stopped
}

var _ net.Conn = (*Conn)(nil)

// Take takes a connection over, of which the caller keeps nothing. If that fails, for want
// of a file descriptor for instance, the connection is the caller's as before.
func (p *Poller) Take(tcp *net.TCPConn) (*Conn, error) {
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, err
	}
	c := &Conn{local: tcp.LocalAddr(), remote: tcp.RemoteAddr(), poller: p}
	c.read.L, c.write.L = &c.mu, &c.mu
	// Closing tcp takes its own descriptor out of Go's poller, and leaves ours the last.
	var failed error
	if err := raw.Control(func(fd uintptr) { c.fd, failed = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0) }); err != nil {
		return nil, err
	}
	if failed != nil {
		return nil, os.NewSyscallError("fcntl", failed)
	}
	c.timer = time.AfterFunc(time.Hour, c.expire)
	c.timer.Stop() // until there is a deadline
	if err := p.add(c); err != nil {
		_ = unix.Close(c.fd)
		return nil, err
	}
	_ = tcp.Close()
	return c, nil
}

// Read receives what has come, or waits for it. At the end of what the client sends it
// fails with io.EOF, after the deadline with os.ErrDeadlineExceeded.
func (c *Conn) Read(to []byte) (int, error) {
	to = to[:min(len(to), maxTransfer)]
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if err := c.check(&c.read); err != nil || len(to) == 0 {
			return 0, err
		}
		if !c.readable {
			c.read.Wait()
			continue
		}
		n, err := transfer(unix.SYS_READ, c.fd, to)
		switch {
		case err == unix.EAGAIN:
			c.readable = false
		case err != 0:
			return 0, os.NewSyscallError("read", err)
		case n == 0:
			return 0, io.EOF
		default:
			// A short read took all there was (epoll(7)): what comes later is a new event.
			c.readable = n == len(to) || c.ambiguous
			return n, nil
		}
	}
}

// Write sends the piece, or tells how much of it was sent before it failed; after the
// deadline with os.ErrDeadlineExceeded.
func (c *Conn) Write(piece []byte) (sent int, err error) {
	c.writes.Lock()
	defer c.writes.Unlock()
	for sent < len(piece) && err == nil {
		var n int
		n, err = c.send(piece[sent:min(len(piece), sent+maxTransfer)])
		sent += n
	}
	return sent, err
}

// send sends what it can, and waits if that is nothing.
func (c *Conn) send(piece []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if err := c.check(&c.write); err != nil {
			return 0, err
		}
		n, err := transfer(unix.SYS_WRITE, c.fd, piece)
		switch err {
		case 0:
			return n, nil
		case unix.EAGAIN:
			c.write.Wait()
		default:
			return 0, os.NewSyscallError("write", err)
		}
	}
}

// maxTransfer bounds one system call, in bytes: it holds a thread of Go's scheduler, and
// the connection's lock, for which the poller waits.
const maxTransfer = 128 << 10

// transfer reads into b, or writes it, as much as is possible at once. The descriptor does
// not block, so that the scheduler need not be told of the call.
func transfer(call uintptr, fd int, b []byte) (int, syscall.Errno) {
	for {
		n, _, err := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
		if err != unix.EINTR {
			return int(n), err
		}
	}
}

// check tells what forbids to go on.
func (c *Conn) check(d *deadline) error {
	switch {
	case c.closed:
		return net.ErrClosed
	case d.exceeded:
		return os.ErrDeadlineExceeded
	}
	return nil
}

// handle wakes those that wait for what has happened. The client's end, which may come
// with its last bytes, is told but once; and a read stops at urgent data.
func (c *Conn) handle(events uint32) {
	const broken = unix.EPOLLHUP | unix.EPOLLERR
	c.mu.Lock()
	defer c.mu.Unlock()
	if events&(unix.EPOLLRDHUP|unix.EPOLLPRI|broken) != 0 {
		c.ambiguous = true
	}
	if events&unix.EPOLLIN != 0 || c.ambiguous {
		c.readable = true
		c.read.Broadcast()
	}
	if events&(unix.EPOLLOUT|broken) != 0 {
		c.write.Broadcast()
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
	c.poller.remove(c) // before c.mu is locked: dispatch locks the poller's mutex first
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	c.closed = true
	c.timer.Stop()
	c.read.Broadcast()
	c.write.Broadcast()
	// The socket's last descriptor: closing it takes the socket out of the epoll instance.
	return os.NewSyscallError("close", unix.Close(c.fd))
}

// LocalAddr gives the server's address.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr gives the client's address.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }
