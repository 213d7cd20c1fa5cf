package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// subscriber is an HTTP server that keeps what it gets.
type subscriber struct {
	url    *url.URL
	mu     sync.Mutex
	events []received
}

// received is one request.
type received struct {
	at      time.Time
	path    string
	headers http.Header
	body    string
}

// newSubscriber answers request n, from 0, with answer; nil stands for 200.
func newSubscriber(t *testing.T, answer func(n int, w http.ResponseWriter)) *subscriber {
	t.Helper()
	s := &subscriber{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		n := len(s.events)
		s.events = append(s.events, received{time.Now(), r.URL.Path, r.Header, string(body)})
		s.mu.Unlock()
		if answer != nil {
			answer(n, w)
		}
	}))
	t.Cleanup(server.Close)
	var err error
	if s.url, err = url.Parse(server.URL); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *subscriber) all() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.events...)
}

// wait returns what has come once there are n.
func (s *subscriber) wait(t *testing.T, n int) []received {
	t.Helper()
	eventually(t, "enough events", func() bool { return len(s.all()) >= n })
	return s.all()
}

// status answers with the codes in turn, the last one for good.
func status(codes ...int) func(int, http.ResponseWriter) {
	return func(n int, w http.ResponseWriter) {
		w.WriteHeader(codes[min(n, len(codes)-1)])
		io.WriteString(w, "said by the subscriber")
	}
}

// testBroker is Broker test/default with these Triggers.
type testBroker struct {
	*broker
	url  string
	stop func() // gives up what is not delivered
}

func startBroker(t *testing.T, triggers ...*trigger) testBroker {
	t.Helper()
	life, cancel := context.WithCancel(t.Context())
	b := &broker{triggers: triggers, log: slog.New(slog.DiscardHandler), life: life}
	transport := &http.Transport{}
	for _, trigger := range triggers {
		trigger.delivery.sender.client = &http.Client{Transport: transport}
	}
	server := httptest.NewServer(newIngress(map[string]*broker{"Broker test/default": b}))
	stop := sync.OnceFunc(func() {
		cancel()
		b.close()
		server.Close()
		transport.CloseIdleConnections()
	})
	t.Cleanup(stop)
	return testBroker{b, server.URL + "/test/default", stop}
}

// post sends a request and returns its status and body.
func post(t *testing.T, url string, headers map[string]string, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}

// binary are the headers of an event of that type.
func binary(eventType string) map[string]string {
	return map[string]string{
		"Ce-Specversion": "1.0", "Ce-Id": "1", "Ce-Source": "/test", "Ce-Type": eventType, "Ce-Subject": "playlists",
		"Content-Type": "application/json",
	}
}

// send sends an event that the broker must take.
func (b testBroker) send(t *testing.T, eventType string) {
	t.Helper()
	if code, text := post(t, b.url, binary(eventType), `{"a": 1}`); code != http.StatusAccepted {
		t.Fatalf("broker answered %d %s", code, text)
	}
}
