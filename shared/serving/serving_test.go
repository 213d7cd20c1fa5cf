package serving

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start serves handler on a free port and gives its URL and how it ended.
func start(t *testing.T, handler http.Handler, ready func() error) (url string, stop context.CancelFunc, ended <-chan error) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	ctx, stop := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- Serve(ctx, Config{Host: "127.0.0.1", Port: port}, handler, ready) }()
	url = "http://" + free.Addr().String()
	for range 200 {
		if response, err := http.Get(url + "/healthz"); err == nil {
			response.Body.Close()
			return url, stop, result
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("it does not answer")
	return
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestProbesAndMetrics(t *testing.T) {
	var unready error = errors.New("the bucket is away")
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") })
	url, stop, ended := start(t, handler, func() error { return unready })
	if status, text := get(t, url+"/readyz"); status != 503 || !strings.Contains(text, "the bucket is away") {
		t.Errorf("/readyz is %d %q", status, text)
	}
	unready = nil
	if status, _ := get(t, url+"/readyz"); status != 200 {
		t.Errorf("/readyz is %d once ready", status)
	}
	if _, text := get(t, url+"/metrics"); !strings.Contains(text, "go_goroutines") {
		t.Errorf("/metrics is %q", text)
	}
	if _, text := get(t, url+"/anything"); text != "hello" {
		t.Errorf("the handler is not reached: %q", text)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	http.DefaultClient.CloseIdleConnections()
}

// TestStopLosesNoRequest stops the server while a request runs.
func TestStopLosesNoRequest(t *testing.T) {
	entered, leave := make(chan bool), make(chan bool)
	url, stop, ended := start(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-leave
		io.WriteString(w, "whole")
	}), func() error { return nil })
	answer := make(chan string)
	go func() {
		_, text := get(t, url)
		answer <- text
	}()
	<-entered
	stop()
	select {
	case err := <-ended:
		t.Fatalf("the server ended under a running request: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(leave)
	if text := <-answer; text != "whole" {
		t.Errorf("answer is %q", text)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := http.Get(url); err == nil {
		t.Error("it still answers")
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestPortInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	config := Config{Host: "127.0.0.1", Port: taken.Addr().(*net.TCPAddr).Port}
	err = Serve(t.Context(), config, http.NotFoundHandler(), func() error { return nil })
	if err == nil || !strings.Contains(err.Error(), "set PORT to a free port") {
		t.Errorf("error is %v", err)
	}
}
