package epoll

import (
	"fmt"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// A poller waits for all clients.
type poller struct {
	fd    int
	file  *os.File        // of fd, which Go's own poller waits for
	raw   syscall.RawConn // of file
	mu    sync.Mutex
	conns map[int32]*Conn // by descriptor
}

// processPoller is made for the first connection and stays.
var processPoller = sync.OnceValues(func() (*poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	p := &poller{fd: fd, file: os.NewFile(uintptr(fd), "epoll"), conns: make(map[int32]*Conn)}
	if p.raw, err = p.file.SyscallConn(); err != nil {
		return nil, err
	}
	go p.run()
	return p, nil
})

// add has a connection waited for. Its events are told once each (EPOLLET).
func (p *poller) add(c *Conn) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[int32(c.fd)] = c
	event := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET, Fd: int32(c.fd)}
	err := unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, c.fd, &event)
	if err != nil {
		delete(p.conns, int32(c.fd))
	}
	return os.NewSyscallError("epoll_ctl", err)
}

// remove forgets a connection that is about to be closed, if it is not yet.
func (p *poller) remove(c *Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conns[int32(c.fd)] == c {
		delete(p.conns, int32(c.fd))
	}
}

// run tells connections what has happened to them. Go's poller wakes it, which looks when
// no goroutine has anything to do. So all that were told are served before the next are.
func (p *poller) run() {
	var events [128]unix.EpollEvent
	err := p.raw.Read(func(uintptr) bool {
		for n := len(events); n == len(events); {
			var err error
			if n, err = unix.EpollWait(p.fd, events[:], 0); err != nil && err != unix.EINTR {
				panic(os.NewSyscallError("epoll_wait", err))
			}
			p.tell(events[:max(n, 0)])
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
