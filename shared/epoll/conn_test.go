package epoll

import (
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/nettest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestConn asks of connections what every net.Conn does.
func TestConn(t *testing.T) {
	p := newPoller(t, 100)
	nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
		server, client := dial(t, p, "")
		return server, client, func() {
			server.Close()
			client.Close()
		}, nil
	})
}

func newPoller(t testing.TB, maxEvents int) *Poller {
	t.Helper()
	p, err := New(maxEvents)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// dial gives both ends of a connection, taken after the client has sent something.
func dial(t testing.TB, p *Poller, sent string) (server, client *Conn) {
	t.Helper()
	accepted, dialled := connect(t)
	if _, err := io.WriteString(dialled, sent); err != nil {
		t.Fatal(err)
	}
	return take(t, p, accepted), take(t, p, dialled)
}

// connect gives both ends of a connection of package net over loopback.
func connect(t testing.TB) (accepted, dialled net.Conn) {
	t.Helper()
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	dialled, err = net.Dial("tcp", port.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err = port.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return accepted, dialled
}

func take(t testing.TB, p *Poller, tcp net.Conn) *Conn {
	t.Helper()
	c, err := p.Take(tcp.(*net.TCPConn))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestBatches has more connections send than the poller takes at a time, while it cannot
// run.
func TestBatches(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const maxEvents, connections = 10, 35
	p := newPoller(t, maxEvents)
	var clients []*Conn
	var echoes sync.WaitGroup
	for range connections {
		server, client := dial(t, p, "")
		clients = append(clients, client)
		echoes.Go(func() { _, _ = io.Copy(server, server) })
	}
	for range 3 {
		for _, c := range clients {
			if _, err := io.WriteString(c, "hello"); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range clients {
			_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
			var got [5]byte
			if _, err := io.ReadFull(c, got[:]); string(got[:]) != "hello" || err != nil {
				t.Fatalf("%q, %v", got, err)
			}
		}
	}
	for _, c := range clients {
		c.Close()
	}
	echoes.Wait()
}

// TestDeadlinesMove puts one off, and then brings one forward.
func TestDeadlinesMove(t *testing.T) {
	server, client := dial(t, newPoller(t, 10), "")
	_ = server.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	_ = server.SetReadDeadline(time.Now().Add(10 * time.Second))
	time.AfterFunc(100*time.Millisecond, func() { _, _ = io.WriteString(client, "x") })
	if n, err := server.Read(make([]byte, 9)); n != 1 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	start := time.Now()
	_ = server.SetReadDeadline(start.Add(50 * time.Millisecond))
	_, err := server.Read(make([]byte, 9))
	if took := time.Since(start); !errors.Is(err, os.ErrDeadlineExceeded) || took < 50*time.Millisecond || took > 5*time.Second {
		t.Errorf("%v after %v", err, took)
	}
}

// TestWritesWait sends more than the system keeps for a client that does not read yet.
func TestWritesWait(t *testing.T) {
	server, client := dial(t, newPoller(t, 10), "")
	piece := make([]byte, 32<<20)
	_ = server.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
	sent, err := server.Write(piece)
	if sent == 0 || sent == len(piece) || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("%d bytes, %v", sent, err)
	}
	received := make(chan int64)
	go func() {
		n, _ := io.Copy(io.Discard, client)
		received <- n
	}()
	_ = server.SetWriteDeadline(time.Now().Add(10 * time.Second))
	if rest, err := server.Write(piece[sent:]); rest != len(piece)-sent || err != nil {
		t.Errorf("%d bytes, %v", rest, err)
	}
	server.Close()
	if n := <-received; n != int64(len(piece)) {
		t.Errorf("%d bytes arrived", n)
	}
}

// TestWritesDoNotMix has two writes wait for a client that does not read at first.
func TestWritesDoNotMix(t *testing.T) {
	server, client := dial(t, newPoller(t, 10), "")
	pieces := []string{strings.Repeat("a", 16<<20), strings.Repeat("b", 16<<20)}
	var writes sync.WaitGroup
	for _, piece := range pieces {
		writes.Go(func() {
			if _, err := io.WriteString(server, piece); err != nil {
				t.Error(err)
			}
		})
	}
	go func() {
		writes.Wait()
		server.Close()
	}()
	time.Sleep(50 * time.Millisecond)
	got, err := io.ReadAll(client)
	if ab, ba := pieces[0]+pieces[1], pieces[1]+pieces[0]; err != nil || string(got) != ab && string(got) != ba {
		t.Errorf("%d bytes are mixed, or %v", len(got), err)
	}
}
