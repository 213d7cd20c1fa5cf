package epoll

import (
	"encoding/binary"
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A Poller waits for the clients of connections.
type Poller struct {
	fd     int
	file   *os.File      // of fd
	wakeup int           // an eventfd
	ended  chan struct{} // closed once run has returned

	mu    sync.Mutex
	conns map[int32]*Conn // by descriptor
}

// New makes a poller that tells maxEvents connections at a time, at most, that something
// happened; 1 or more. It fails if the system has no descriptors for it.
func New(maxEvents int) (*Poller, error) {
	p := &Poller{ended: make(chan struct{}), conns: make(map[int32]*Conn)}
	var err error
	if p.fd, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	// Go's poller takes what does not block.
	if err := unix.SetNonblock(p.fd, true); err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	p.file = os.NewFile(uintptr(p.fd), "epoll")
	if err := p.file.SetReadDeadline(time.Time{}); err != nil { // it has not taken it
		return nil, err
	}
	if p.wakeup, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return nil, os.NewSyscallError("eventfd", err)
	}
	if err := p.register(p.wakeup); err != nil {
		return nil, err
	}
	raw, err := p.file.SyscallConn()
	if err != nil {
		return nil, err
	}
	go func() {
		defer close(p.ended)
		p.run(raw, make([]unix.EpollEvent, maxEvents))
	}()
	return p, nil
}

// Close ends the waiting. Connections that are still open can be written to and closed.
func (p *Poller) Close() error {
	err := p.file.Close() // which ends run
	<-p.ended
	return errors.Join(err, os.NewSyscallError("close", unix.Close(p.wakeup)))
}

// register has a descriptor waited for. Each event is told of once (EPOLLET).
func (p *Poller) register(fd int) error {
	event := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLPRI | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET, Fd: int32(fd)}
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &event))
}

// add has a connection waited for.
func (p *Poller) add(c *Conn) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.register(c.fd)
	if err == nil {
		p.conns[int32(c.fd)] = c
	}
	return err
}

// remove forgets a connection, if that has not been done: its descriptor may be another's.
func (p *Poller) remove(c *Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conns[int32(c.fd)] == c {
		delete(p.conns, int32(c.fd))
	}
}

// run dispatches what happens until the file is closed.
func (p *Poller) run(instance syscall.RawConn, events []unix.EpollEvent) {
	_ = instance.Read(func(uintptr) (done bool) {
		n, err := unix.EpollWait(p.fd, events, 0)
		if err != nil {
			panic(os.NewSyscallError("epoll_wait", err)) // the descriptor is not what it was
		}
		p.dispatch(events[:n])
		if n == len(events) {
			// There may be more, of which Go's poller, being edge-triggered too, does not
			// tell again. The eventfd makes it, once this batch is served. Nobody reads it.
			_, _ = unix.Write(p.wakeup, binary.NativeEndian.AppendUint64(nil, 1))
		}
		return false // but wait for Go's poller
	})
}

// dispatch has connections handle their events. One can be of a connection that had the
// descriptor before; the one that has it now reads in vain, then, at worst once a request.
func (p *Poller) dispatch(events []unix.EpollEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range events {
		if c := p.conns[e.Fd]; c != nil {
			c.handle(e.Events)
		}
	}
}
