// Package epoll has TCP connections for servers of many short requests. Package net tries
// to read before it waits; between two requests there is nothing yet, so that each request
// costs a system call that fails.
//
// Here a connection is read only once epoll has told that something came. One goroutine
// asks an epoll instance for all connections, and is itself woken by Go's poller, for which
// that instance is one more descriptor. With GOMAXPROCS=1 that is mostly when no goroutine
// can run: a batch of requests is served before the next is asked for. With more threads
// batches are smaller.
//
// On systems other than Linux the connections are package net's.
package epoll
