package main

import (
	"bufio"
	"cmp"
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
	accepting, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer accepting.Close()
	dialled, err := net.Dial("tcp", accepting.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer dialled.Close()
	c, err := newListener(t, accepting, maxIdle).Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetWriteDeadline(time.Now().Add(-time.Second)) // as if one had been set long ago
	if _, err := io.WriteString(c, "HTTP/1.1 100 Continue"); err != nil {
		t.Error(err)
	}
}

// TestConnectionsMayBeIdle lets pass between a client's pieces more time, and less, than a
// request may take that has begun: before its first request, as proxies open connections
// that they do not use at once, and later.
func TestConnectionsMayBeIdle(t *testing.T) {
	const patience, long, short = 100 * time.Millisecond, 400 * time.Millisecond, 70 * time.Millisecond
	const whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
	body := strings.Repeat("x", promised+1)
	for name, c := range map[string]struct {
		idle   time.Duration // 0 for what the server has by itself
		pauses time.Duration // one before each piece
		pieces []string
		want   []int // statuses; none for the end without an answer
	}{
		"late":     {0, long, []string{whole}, []int{200}},
		"again":    {0, long, []string{whole, whole}, []int{200, 200}},
		"half":     {0, long, []string{whole[:5]}, []int{408}},
		"dribbled": {0, short, strings.SplitAfter(whole, " "), []int{408}},
		"long":     {0, long, []string{fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", len(body)), body}, []int{200}},
		"never":    {long, 0, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(func(c *fasthttp.RequestCtx) {
				if _, err := readBody(c, &limit{most: 1}, nil); err != nil {
					c.SetStatusCode(http.StatusBadRequest)
				}
			})
			server.ReadTimeout = patience
			server.IdleTimeout = cmp.Or(c.idle, server.IdleTimeout)
			client, err := net.Dial("tcp", start(t, server))
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			for _, piece := range c.pieces {
				time.Sleep(c.pauses)
				if _, err := io.WriteString(client, piece); err != nil {
					break // the server has waited enough
				}
			}
			_ = client.SetReadDeadline(time.Now().Add(10 * time.Second))
			from := bufio.NewReader(client)
			for _, status := range c.want {
				if got, err := http.ReadResponse(from, nil); err != nil || got.StatusCode != status {
					t.Fatalf("%+v, %v, want status %d", got, err, status)
				}
			}
			if c.want == nil {
				if rest, err := io.ReadAll(from); len(rest) > 0 || err != nil {
					t.Errorf("%q, %v, want the end", rest, err)
				}
			}
		})
	}
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
	l := newListener(t, short, maxIdle)
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	port.Close()
	if _, err := l.Accept(); err == nil {
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
