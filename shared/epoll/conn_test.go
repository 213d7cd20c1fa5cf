package epoll

import (
	"errors"
	"io"
	"net"
	"runtime"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/nettest"
)

// TestConn asks of connections what every net.Conn does.
func TestConn(t *testing.T) {
	nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
		server, client := dial(t, "")
		return server, client, func() {
			server.Close()
			client.Close()
		}, nil
	})
}

// dial gives both ends of a connection over loopback, taken after the client has sent
// something.
func dial(t testing.TB, sent string) (server, client *Conn) {
	t.Helper()
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	dialled, err := net.Dial("tcp", port.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(dialled, sent); err != nil {
		t.Fatal(err)
	}
	accepted, err := port.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return take(t, accepted), take(t, dialled)
}

func take(t testing.TB, tcp net.Conn) *Conn {
	t.Helper()
	c, err := Take(tcp.(*net.TCPConn))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestNothingIsMissed sends before the connection is taken, and ends right behind it.
func TestNothingIsMissed(t *testing.T) {
	server, client := dial(t, "early")
	if err := client.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	_ = server.SetReadDeadline(time.Now().Add(10 * time.Second))
	if got, err := io.ReadAll(server); string(got) != "early" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestManyAtOnce has more connections send than the poller is told of at a time, while
// it cannot run.
func TestManyAtOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const connections = 300
	var clients []*Conn
	var echoes sync.WaitGroup
	for range connections {
		server, client := dial(t, "")
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
	server, client := dial(t, "")
	_ = server.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	_ = server.SetReadDeadline(time.Now().Add(10 * time.Second))
	time.AfterFunc(100*time.Millisecond, func() { _, _ = io.WriteString(client, "x") })
	if n, err := server.Read(make([]byte, 9)); n != 1 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	start := time.Now()
	_ = server.SetReadDeadline(start.Add(50 * time.Millisecond))
	_, err := server.Read(make([]byte, 9))
	var network net.Error
	if took := time.Since(start); !errors.As(err, &network) || !network.Timeout() || took < 50*time.Millisecond || took > 5*time.Second {
		t.Errorf("%v after %v", err, took)
	}
}
