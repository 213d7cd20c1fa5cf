package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// ports holds ports on loopback until those that will listen there start. The
// zero value holds none.
type ports struct{ held []net.Listener }

// reserve holds a port, or any free one for 0, and returns its host:port.
func (p *ports) reserve(port int) (location string, err error) {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return "", errors.Join(err, fmt.Errorf("port %d is not to be had: stop what uses it, or choose another: PORT=%d make run", port, port+1))
	}
	p.held = append(p.held, listener)
	return listener.Addr().String(), nil
}

// release frees the ports. Further calls do nothing.
func (p *ports) release() {
	for _, listener := range p.held {
		listener.Close()
	}
	p.held = nil
}
