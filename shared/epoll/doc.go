// Package epoll has TCP connections for servers of many short requests. Of the time that
// such a request takes, waiting for it is a good part, with package net, which tries to
// read first, finds nothing, and then has Go's poller wait: a system call for nothing.
//
// Here one goroutine waits for all clients, with an epoll instance of its own, of which
// Go's poller tells it when there is nothing else to do. So the requests that have come by
// then are served in a row, all of them, before the next are looked for: each takes its
// turn, and reads, work and writes of several requests come one after the other.
//
// Systems other than Linux have package net's connections.
package epoll
