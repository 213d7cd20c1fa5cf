package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

// TestConnectionsKeepLittle asks for a long answer on each of many connections that
// stay open.
func TestConnectionsKeepLittle(t *testing.T) {
	const connections = 30
	s := servingSite(t)
	unknown := strings.Repeat(`"`+strings.Repeat("x", 1000)+`",`, 900)
	body := `{"songs":[` + strings.TrimSuffix(unknown, ",") + `]}`
	before := heap()
	for range connections {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST /api/recommend HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		got, err := http.ReadResponse(bufio.NewReaderSize(conn, 16), nil)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, got.Body); err != nil || n < int64(len(unknown))/2 {
			t.Fatalf("%d bytes, %v", n, err)
		}
		got.Body.Close()
	}
	if grown := (heap() - before) / connections; grown > 100<<10 {
		t.Errorf("%d KiB stay for each", grown>>10)
	}
}

// TestDeadlinesEndWithTheirAnswer lets time pass between an answer and the next, which
// begins with a piece of its own.
func TestDeadlinesEndWithTheirAnswer(t *testing.T) {
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	dialled, err := net.Dial("tcp", port.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer dialled.Close()
	c, err := listener{port, maxIdle}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetWriteDeadline(time.Now().Add(-time.Second)) // as if one had been set long ago
	if _, err := io.WriteString(c, "HTTP/1.1 100 Continue"); err != nil {
		t.Error(err)
	}
}

// TestConnectionsAreOpenedAhead lets proxies open connections ahead of need: requests
// come later than a server waits for one that has begun.
func TestConnectionsAreOpenedAhead(t *testing.T) {
	const patience, pause = 100 * time.Millisecond, 400 * time.Millisecond
	for name, c := range map[string]struct {
		idle   time.Duration
		pieces []string // with a pause before each, and then silence
		status int      // 0 for the end without an answer
	}{
		"late":     {time.Minute, []string{"GET / HTTP/1.1\r\nHost: a\r\n\r\n"}, 200},
		"half":     {time.Minute, []string{"GET / HT"}, 408},
		"too slow": {time.Minute, []string{"GET / HT", "TP/1.1\r\nHost: a\r\n\r\n"}, 408},
		"never":    {pause, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveFor(t, patience, c.idle)
			for _, piece := range c.pieces {
				time.Sleep(pause)
				_, _ = io.WriteString(client, piece) // fails if the server has waited enough
			}
			_ = client.SetReadDeadline(time.Now().Add(10 * time.Second))
			got, err := http.ReadResponse(bufio.NewReader(client), nil)
			switch {
			case c.status == 0 && !errors.Is(err, io.ErrUnexpectedEOF):
				t.Errorf("%+v, %v, want the end", got, err)
			case c.status > 0 && (err != nil || got.StatusCode != c.status):
				t.Errorf("%+v, %v, want status %d", got, err, c.status)
			}
		})
	}
}

// serveFor serves with these times for a request and without one, and gives a client's
// connection.
func serveFor(t *testing.T, patience, idle time.Duration) net.Conn {
	t.Helper()
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, ended := newServer(func(*fasthttp.RequestCtx) {}), make(chan error)
	server.ReadTimeout = patience
	go func() { ended <- server.Serve(listener{port, idle}) }()
	client, err := net.Dial("tcp", port.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		if err := errors.Join(server.Shutdown(), <-ended); err != nil {
			t.Error(err)
		}
	})
	return client
}

// shortListener has no connection at first.
type shortListener struct {
	net.Listener
	errors []error
}

func (l *shortListener) Accept() (net.Conn, error) {
	if len(l.errors) > 0 {
		err := l.errors[0]
		l.errors = l.errors[1:]
		return nil, &net.OpError{Op: "accept", Err: err}
	}
	return l.Listener.Accept()
}

// TestShortagesPass lets the system be short of what a connection takes.
func TestShortagesPass(t *testing.T) {
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	short := &shortListener{port, []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM}}
	client, err := net.Dial("tcp", port.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	c, err := listener{short, maxIdle}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	port.Close()
	if _, err := (listener{short, maxIdle}).Accept(); err == nil {
		t.Error("a closed listener accepts")
	}
}

// TestOnlyUnreadBodiesLinger counts what stays open behind answers that end their
// connection.
func TestOnlyUnreadBodiesLinger(t *testing.T) {
	s := servingSite(t)
	for request, lingers := range map[string]bool{
		"GET /api/other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n":                                false,
		"POST /api/other HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello":     true,
		"POST /api/recommend HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 2*maxHeader) + "\r\n\r\n": true,
	} {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(c, request)
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.ReadAll(c); err != nil {
			t.Errorf("%.40q: %v", request, err)
		}
		time.Sleep(20 * time.Millisecond) // it is closed by now, unless it lingers
		_, _ = io.WriteString(c, "more")
		time.Sleep(20 * time.Millisecond)
		if _, err := io.WriteString(c, "more"); (err == nil) != lingers {
			t.Errorf("%.40q: what is sent behind the answer gives %v", request, err)
		}
		c.Close()
	}
}
