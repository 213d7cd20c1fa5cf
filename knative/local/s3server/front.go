package s3server

import (
	"context"
	"net"
	"sync"
)

// front is the address that clients see. It hands each connection on to the
// gateway once its first byte has arrived. versitygw alone could neither say
// which free port the system gave it nor stop while a client holds a connection
// that it has not used yet, as HTTP clients do.
type front struct {
	net.Listener
	used   chan net.Conn
	closed chan struct{}

	mu     sync.Mutex
	unused map[net.Conn]bool // nil once closed
	work   sync.WaitGroup
}

func listen(addr string) (*front, error) {
	config := net.ListenConfig{Control: unpaced}
	l, err := config.Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, err
	}
	f := &front{Listener: l, used: make(chan net.Conn), closed: make(chan struct{}), unused: map[net.Conn]bool{}}
	f.work.Go(f.receive)
	return f, nil
}

func (f *front) receive() {
	for {
		client, err := f.Listener.Accept()
		if err != nil {
			return
		}
		f.work.Go(func() { f.await(client.(*net.TCPConn)) })
	}
}

// await passes a connection on once it is used.
func (f *front) await(client *net.TCPConn) {
	if !f.enter(client) {
		_ = client.Close() // nobody to tell
		return
	}
	used := &usedConn{TCPConn: client, first: make([]byte, 1)}
	_, err := client.Read(used.first)
	f.leave(client)
	if err == nil {
		select {
		case f.used <- used:
			return
		case <-f.closed:
		}
	}
	_ = client.Close() // nobody to tell
}

func (f *front) enter(client net.Conn) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.unused == nil {
		return false
	}
	f.unused[client] = true
	return true
}

func (f *front) leave(client net.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.unused, client)
}

// Accept gives the gateway a connection.
func (f *front) Accept() (net.Conn, error) {
	select {
	case client := <-f.used:
		return client, nil
	case <-f.closed:
		return nil, net.ErrClosed
	}
}

// Close frees the port and ends the connections that are not used yet. Those
// that are belong to the gateway.
func (f *front) Close() error {
	f.mu.Lock()
	if f.unused == nil {
		f.mu.Unlock()
		return nil
	}
	err := f.Listener.Close()
	for client := range f.unused {
		_ = client.Close() // nobody to tell
	}
	f.unused = nil
	close(f.closed)
	f.mu.Unlock()
	f.work.Wait()
	return err
}

// usedConn is a connection of which the first byte was read.
type usedConn struct {
	*net.TCPConn // whose ReadFrom lets the system send files by itself
	first        []byte
}

// Read gives the first byte by itself.
func (c *usedConn) Read(p []byte) (int, error) {
	if len(c.first) == 0 || len(p) == 0 {
		return c.TCPConn.Read(p)
	}
	n := copy(p, c.first)
	c.first = c.first[n:]
	return n, nil
}
