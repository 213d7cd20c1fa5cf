//go:build !linux

package epoll

import "net"

// Conn is a connection.
type Conn = net.TCPConn

// Take gives the connection itself.
func Take(c *net.TCPConn) (*Conn, error) { return c, nil }
