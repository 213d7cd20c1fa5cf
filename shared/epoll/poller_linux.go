package epoll

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// longest is how long a row is at most: in a crowd, those that come too many at a time
// are then few enough to leave time for the others.
const longest = 144

// A poller waits for all clients.
type poller struct {
	fd    int
	file  *os.File        // of fd, which Go's own poller waits for
	raw   syscall.RawConn // of file
	bell  int             // an eventfd, which the poller waits for as for a client
	mu    sync.Mutex
	conns map[int32]*Conn // by descriptor
}

// processPoller is made for the first connection and stays.
var processPoller = sync.OnceValues(func() (*poller, error) {
	p := &poller{conns: make(map[int32]*Conn)}
	var err error
	if p.fd, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	if err := unix.SetNonblock(p.fd, true); err != nil { // or Go's poller would not wait for it
		return nil, os.NewSyscallError("fcntl", err)
	}
	p.file = os.NewFile(uintptr(p.fd), "epoll")
	if p.raw, err = p.file.SyscallConn(); err != nil {
		return nil, err
	}
	if p.bell, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return nil, os.NewSyscallError("eventfd", err)
	}
	if err := p.register(p.bell); err != nil {
		return nil, err
	}
	go p.run()
	return p, nil
})

// register has a descriptor waited for. What happens is told once each (EPOLLET).
func (p *poller) register(fd int) error {
	event := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET, Fd: int32(fd)}
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &event))
}

// add has a connection waited for.
func (p *poller) add(c *Conn) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.register(c.fd)
	if err == nil {
		p.conns[int32(c.fd)] = c
	}
	return err
}

// remove forgets a connection that is about to be closed, if it is not yet.
func (p *poller) remove(c *Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conns[int32(c.fd)] == c {
		delete(p.conns, int32(c.fd))
	}
}

// run tells connections what has happened to them, a row at a time. Go's poller, which
// looks when no goroutine has anything to do, wakes it.
func (p *poller) run() {
	var row [longest]unix.EpollEvent
	err := p.raw.Read(func(uintptr) bool {
		n, err := unix.EpollWait(p.fd, row[:], 0)
		if err != nil && err != unix.EINTR {
			panic(os.NewSyscallError("epoll_wait", err))
		}
		p.tell(row[:max(n, 0)])
		if n == longest || err != nil { // there may be more, of which Go's poller knows already
			_, _ = unix.Write(p.bell, binary.NativeEndian.AppendUint64(nil, 1))
		}
		return false // never done
	})
	panic(fmt.Errorf("waiting for clients: %w", err))
}

// tell tells what happened. An event can be of a connection that had the descriptor
// before; the one that has it now looks, then, and finds nothing.
func (p *poller) tell(events []unix.EpollEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range events {
		if c := p.conns[e.Fd]; c != nil {
			c.happened(e.Events)
		}
	}
}
