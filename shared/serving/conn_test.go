package serving

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestAnswersComeWhole asks on one connection for answers a little shorter and a little
// longer than net/http's buffer: each arrives at once and in one piece.
func TestAnswersComeWhole(t *testing.T) {
	url, stop, ended := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, _ := strconv.Atoi(r.URL.Query().Get("size"))
		w.Header().Set("Content-Length", strconv.Itoa(size))
		_, _ = w.Write(bytes.Repeat([]byte("x"), size))
	}), func() error { return nil })
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sizes := []int{0, 1, 2 * bufferSize}
	for size := bufferSize - 250; size <= bufferSize+1; size++ { // with headers, all lengths from below to above
		sizes = append(sizes, size)
	}
	answer := make([]byte, 64<<10)
	for _, size := range sizes {
		fmt.Fprintf(conn, "GET /?size=%d HTTP/1.1\r\nHost: a\r\n\r\n", size)
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		n, err := conn.Read(answer)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		_, body, _ := bytes.Cut(answer[:n], []byte("\r\n\r\n"))
		if len(body) != size {
			t.Fatalf("the first piece has %d of %d bytes", len(body), size)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestLastAnswerComesWhole has the server close the connection behind an answer that
// fills the buffer.
func TestLastAnswerComesWhole(t *testing.T) {
	const size = 2*bufferSize + 17
	url, stop, ended := start(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range size {
			_, _ = w.Write([]byte("x"))
		}
	}), func() error { return nil })
	for _, request := range []string{"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, request)
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || len(body) != size {
			t.Errorf("%.10q: %d of %d bytes, %v", request, len(body), size, err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestLateReaderGetsAnswersInOrder asks many times without reading, so that sending
// fails at a deadline: what came by then are the first answers, and the connection ends.
func TestLateReaderGetsAnswersInOrder(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(5 * time.Millisecond) // net/http reads in the background meanwhile
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
		w.Header()["Date"] = nil
		const head = "HTTP/1.1 200 OK\r\nContent-Length: 0000\r\nContent-Type: text/plain\r\n\r\n"
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", strconv.Itoa(bufferSize-len(head)))
		fmt.Fprintf(w, "%0*s", bufferSize-len(head), r.URL.Path)
	})}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(wholeListener{slowListener{listener}}) })
	defer serving.Wait()
	defer server.Close()
	for _, requests := range []int{30, 45, 60} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.(*net.TCPConn).SetReadBuffer(32 << 10)
		var all strings.Builder
		for n := range requests {
			fmt.Fprintf(&all, "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", n)
		}
		fmt.Fprint(conn, all.String())
		time.Sleep(time.Duration(requests) * 10 * time.Millisecond)
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		got, err := io.ReadAll(conn)
		conn.Close()
		if err != nil || len(got) < bufferSize || len(got) >= requests*bufferSize {
			t.Errorf("%d requests: %d bytes, %v", requests, len(got), err)
		}
		for n := 0; (n+1)*bufferSize <= len(got); n++ {
			if want := fmt.Sprintf("/%d", n); !bytes.HasSuffix(got[:(n+1)*bufferSize], []byte(want)) {
				t.Fatalf("%d requests: answer %d is not that to %s", requests, n, want)
			}
		}
	}
}

// slowListener accepts connections that wait for the client after a few answers.
type slowListener struct{ net.Listener }

func (l slowListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		err = c.(*net.TCPConn).SetWriteBuffer(16 << 10)
	}
	return c, err
}
