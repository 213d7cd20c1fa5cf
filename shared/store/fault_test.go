package store

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// within fails the test if f takes longer than limit.
func within(t *testing.T, limit time.Duration, f func()) {
	t.Helper()
	began := time.Now()
	f()
	if took := time.Since(began); took > limit {
		t.Errorf("it took %s, want at most %s", took, limit)
	}
}

func TestServerGoesAndComesBack(t *testing.T) {
	dir := t.TempDir()
	s := startS3(t, dir, "")
	b := openAt(t, s.Endpoint, hurried)
	create(t, b, "k", "body")
	s.Close()
	within(t, 2*time.Second, func() {
		_, err := b.Get(t.Context(), "k", "")
		wantOnly(t, err, nil, "s3://segue/k", "connection refused")
	})
	startS3(t, dir, strings.TrimPrefix(s.Endpoint, "http://"))
	if object, err := b.Get(t.Context(), "k", ""); err != nil || string(object.Body) != "body" {
		t.Errorf("after it came back: %+v, %v", object, err)
	}
}

// silent is a server that accepts connections and never answers.
func silent(t *testing.T) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return "http://" + l.Addr().String()
}

func TestHungServer(t *testing.T) {
	b := openAt(t, silent(t), hurried)
	large := strings.NewReader(strings.Repeat("x", 16<<20)) // more than the sockets' buffers take
	for name, call := range map[string]func(ctx context.Context) error{
		"get":     func(ctx context.Context) error { _, err := b.Get(ctx, "k", ""); return err },
		"stat":    func(ctx context.Context) error { _, _, err := b.Stat(ctx, "k"); return err },
		"create":  func(ctx context.Context) error { _, err := b.Create(ctx, "k", large); return err },
		"replace": func(ctx context.Context) error { _, err := b.Replace(ctx, "k", large, `"e"`); return err },
	} {
		t.Run(name, func(t *testing.T) {
			within(t, maxAttempts*hurried.stall+2*time.Second, func() { // by itself
				wantOnly(t, call(t.Context()), nil, "s3://segue/k", "maximum number of attempts")
			})
			ctx, cancel := context.WithTimeout(t.Context(), hurried.stall/5)
			defer cancel()
			within(t, hurried.stall*4/5, func() { // by its context
				if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
			})
		})
	}
}

// TestBodies answers with bodies that are not what the head promises, or slow.
func TestBodies(t *testing.T) {
	const size = 100_000
	body := strings.Repeat("x", size)
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		says   string // empty: it must be read whole
	}{
		"cut short": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100000")
			io.WriteString(w, body[:size/2])
		}, "unexpected EOF"},
		"broken off": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100000")
			io.WriteString(w, body[:size/2])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, "s3://segue/k"},
		"stopped halfway": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100000")
			io.WriteString(w, body[:size/2])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "timeout"},
		"without length": {func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, body[:size/2])
			w.(http.Flusher).Flush()
		}, "how long"},
		"slow, but moving": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100000")
			for i := 0; i < size; i += size / 10 {
				io.WriteString(w, body[i:i+size/10])
				w.(http.Flusher).Flush()
				time.Sleep(hurried.stall / 5) // in all, twice the time that a silence may last
			}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := openAt(t, serve(t, test.answer), hurried)
			within(t, 5*time.Second, func() {
				object, err := b.Get(t.Context(), "k", "")
				if test.says != "" {
					wantOnly(t, err, nil, "s3://segue/k", test.says)
				} else if err != nil || string(object.Body) != body {
					t.Errorf("%+v, %v", object, err)
				}
			})
			within(t, 5*time.Second, func() {
				stream, _, err := b.Reader(t.Context(), "k")
				if err != nil {
					wantOnly(t, err, nil, "s3://segue/k", test.says)
					return
				}
				defer stream.Close()
				read, err := io.ReadAll(stream)
				if test.says != "" {
					wantOnly(t, err, nil, "s3://segue/k", test.says)
				} else if err != nil || string(read) != body {
					t.Errorf("%d bytes, %v", len(read), err)
				}
			})
		})
	}
}

// TestSlowUpload takes longer in all than a silence may last.
func TestSlowUpload(t *testing.T) {
	const size = 16 << 20
	b := openAt(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		read := int64(0)
		for n := int64(1); n > 0; read += n {
			time.Sleep(hurried.stall / 5)
			n, _ = io.CopyN(io.Discard, r.Body, size/10)
		}
		if read != size {
			w.WriteHeader(http.StatusBadRequest)
		}
		w.Header().Set("ETag", `"new"`)
	}), hurried)
	if etag := create(t, b, "k", strings.Repeat("x", size)); etag != `"new"` {
		t.Error(etag)
	}
}

// TestNotAStore meets a web server where the store should be.
func TestNotAStore(t *testing.T) {
	b := openAt(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "<!doctype html><title>404</title><p>Not here")
	}), hurried)
	_, err := b.Get(t.Context(), "k", "")
	wantOnly(t, err, nil, "s3://segue/k", "404")
}
