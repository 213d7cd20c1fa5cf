package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/valyala/fasthttp"

	"segue.dev/shared/epoll"
	"segue.dev/shared/store"
)

const soon = 20 * time.Millisecond // the reload interval of the tests

// site is a recommender, as main wires it, on a server of its own.
type site struct {
	t        testing.TB
	reloader *reloader
	url      string
	api      *openapi3.T
	limit    *limit
	long     *limit
}

func newSite(t testing.TB, bucket *store.Bucket) *site {
	t.Helper()
	return startSite(t, newReloader(bucket, soon))
}

// newStrictSite starts one whose requests wait for a look of their own.
func newStrictSite(t testing.TB, bucket *store.Bucket, interval time.Duration) *site {
	t.Helper()
	reloader := newReloader(bucket, interval)
	reloader.strict = true
	return startSite(t, reloader)
}

func startSite(t testing.TB, reloader *reloader) *site {
	t.Helper()
	counts := newCounts(reloader)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		reloader.run(ctx, counts.reloaded)
		close(ended)
	}()
	routes := newAPI(reloader, counts, 100)
	routes.version = "v1.4.0+abc1234"
	url := startServer(t, routes.handler())
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return &site{t: t, reloader: reloader, url: url, api: describedAPI(t), limit: &routes.limit, long: &routes.long}
}

// startServer serves until the test ends.
func startServer(t testing.TB, handler fasthttp.RequestHandler) (url string) {
	t.Helper()
	return "http://" + start(t, newServer(handler))
}

// start lets a server serve until the test ends, and gives its address.
func start(t testing.TB, server *fasthttp.Server) (address string) {
	t.Helper()
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	listener := newListener(t, port, server.IdleTimeout)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := errors.Join(server.Shutdown(), <-ended); err != nil {
			t.Error(err)
		}
	})
	return port.Addr().String()
}

// newListener has a poller until the test ends.
func newListener(t testing.TB, port net.Listener, idle time.Duration) listener {
	t.Helper()
	poller, err := epoll.New(100)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := poller.Close(); err != nil {
			t.Error(err)
		}
	})
	return listener{port, poller, idle}
}

// servingSite starts a recommender that serves the test's playlists.
func servingSite(t testing.TB) *site {
	t.Helper()
	storage := newStorage(t)
	storage.publish("first", playlists, 1)
	s := newSite(t, storage.bucket)
	s.awaitOutcome(unchanged)
	return s
}

// awaitOutcome waits until the last look for newer rules ended so.
func (s *site) awaitOutcome(want outcome) {
	s.t.Helper()
	s.await(string(want), func() bool { return s.reloader.lastCheck().outcome == want })
}

// await waits until something has become true.
func (s *site) await(what string, true func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(15 * time.Second); !true(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("not %s in time; last check: %+v", what, s.reloader.lastCheck())
		}
	}
}

// response is an answer that was received whole.
type response struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request and checks the answer against openapi.json.
func (s *site) do(method, target string, header http.Header, body string) response {
	s.t.Helper()
	r, err := http.NewRequest(method, s.url+target, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer got.Body.Close()
	read, err := io.ReadAll(got.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	answer := response{got.StatusCode, got.Header, read}
	if err := validate(s.api, method, r.URL.Path, answer); err != nil {
		s.t.Errorf("%s %s: answer is not as openapi.json says: %v\n%s", method, target, err, read)
	}
	return answer
}

// ask sends a request for recommendations as JSON and reads the answer.
func (s *site) ask(body string) (int, received) {
	s.t.Helper()
	got := s.do(http.MethodPost, "/api/recommend", http.Header{"Content-Type": {"application/json"}}, body)
	var a received
	if err := json.Unmarshal(got.body, &a); err != nil {
		s.t.Fatal(err)
	}
	return got.status, a
}
