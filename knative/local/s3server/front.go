package s3server

import (
	"io"
	"net"
	"sync"
)

// front is the address that clients see. It passes each connection on to the
// gateway's socket once its first byte arrives. versitygw alone could neither
// say which free port the system gave it nor stop while a client holds a
// connection that it has not used yet, as HTTP clients do.
type front struct {
	listener net.Listener
	socket   string // of the gateway

	mu      sync.Mutex
	clients map[net.Conn]bool // nil once closed
	work    sync.WaitGroup
}

func listen(addr, socket string) (*front, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	f := &front{listener: l, socket: socket, clients: map[net.Conn]bool{}}
	f.work.Go(f.accept)
	return f, nil
}

func (f *front) accept() {
	for {
		client, err := f.listener.Accept()
		if err != nil {
			return
		}
		f.work.Go(func() { f.pass(client) })
	}
}

func (f *front) pass(client net.Conn) {
	defer client.Close()
	if !f.enter(client) {
		return
	}
	defer f.leave(client)
	first := make([]byte, 1)
	if _, err := client.Read(first); err != nil {
		return
	}
	gateway, err := net.Dial("unix", f.socket)
	if err != nil {
		return
	}
	defer gateway.Close()
	f.work.Go(func() {
		io.Copy(client, gateway)
		client.Close()
	})
	if _, err := gateway.Write(first); err == nil {
		io.Copy(gateway, client)
	}
}

func (f *front) enter(client net.Conn) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.clients == nil {
		return false
	}
	f.clients[client] = true
	return true
}

func (f *front) leave(client net.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.clients, client)
}

// stopListening frees the port; connections stay.
func (f *front) stopListening() { f.listener.Close() }

// close ends the connections, too, and waits for all work to end.
func (f *front) close() {
	f.stopListening()
	f.mu.Lock()
	for client := range f.clients {
		client.Close()
	}
	f.clients = nil
	f.mu.Unlock()
	f.work.Wait()
}
