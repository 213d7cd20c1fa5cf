package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"segue.dev/shared/serving"
	"segue.dev/tests/harness"
)

// talk sends bytes on one connection and reads that many answers.
func talk(t *testing.T, url, request string, answers int) (got []response) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	go func() {
		_, _ = io.WriteString(conn, request) // fails if the server has heard enough
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	from := bufio.NewReader(conn)
	for range answers {
		r, err := http.ReadResponse(from, nil)
		if err != nil {
			t.Fatalf("after %d answers: %v", len(got), err)
		}
		body, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			t.Fatalf("in answer %d: %v", len(got), err)
		}
		if r.Close { // which ReadResponse has taken out
			r.Header.Set("Connection", "close")
		}
		got = append(got, response{r.StatusCode, r.Header, body})
	}
	return got
}

// TestBodiesAreNotRequests sends bodies that nobody reads and that look like requests:
// what is answered next is the request behind them.
func TestBodiesAreNotRequests(t *testing.T) {
	s := servingSite(t)
	const inside, next = "GET /api/rules HTTP/1.1\r\nHost: a\r\n\r\n", "GET /api/nothing HTTP/1.1\r\nHost: a\r\n\r\n"
	body := strings.Repeat(inside, 1000)
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	for name, request := range map[string]string{
		"no such page":    fmt.Sprintf("POST /api/other HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", len(body), body),
		"no JSON":         fmt.Sprintf("POST /api/recommend HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", len(body), body),
		"in a GET":        fmt.Sprintf("GET /api/songs?x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", len(body), body),
		"unknown length":  "POST /api/other HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
		"malformed, read": "POST /api/recommend HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
	} {
		got := talk(t, s.url, request+next, 2)
		if got[0].status < 400 || got[1].status != http.StatusNotFound {
			t.Errorf("%s: statuses %d and %d, %s", name, got[0].status, got[1].status, got[1].body)
		}
	}
	tooLong := fmt.Sprintf("POST /api/recommend HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", 4*maxBody) + strings.Repeat(inside, 4*maxBody/len(inside))
	if got := talk(t, s.url, tooLong, 1)[0]; got.status != http.StatusRequestEntityTooLarge || got.header.Get("Connection") != "close" {
		t.Errorf("too long: status %d, %v", got.status, got.header)
	}
}

// TestRequestsOfManyKinds asks as different clients do.
func TestRequestsOfManyKinds(t *testing.T) {
	s := servingSite(t)
	const body = `{"songs":["Yesterday"]}`
	length := fmt.Sprintf("Content-Length: %d\r\n", len(body))
	for name, c := range map[string]struct {
		request string
		status  int
	}{
		"HTTP/1.0":            {"POST /api/recommend HTTP/1.0\r\n" + length + "\r\n" + body, 200},
		"a query":             {"POST /api/recommend?from=here HTTP/1.1\r\nHost: a\r\n" + length + "\r\n" + body, 200},
		"no body":             {"POST /api/recommend HTTP/1.1\r\nHost: a\r\n\r\n", 400},
		"an empty body":       {"POST /api/recommend HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 400},
		"small letters":       {"POST /api/recommend HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n" + strings.ToLower(length) + "\r\n" + body, 200},
		"gzip":                {"POST /api/recommend HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n" + length + "\r\n" + body, 415},
		"many headers":        {"POST /api/recommend HTTP/1.1\r\nHost: a\r\n" + length + "X-Long: " + strings.Repeat("x", maxHeader/2) + "\r\n\r\n" + body, 200},
		"too many headers":    {"POST /api/recommend HTTP/1.1\r\nHost: a\r\n" + length + "X-Long: " + strings.Repeat("x", 2*maxHeader) + "\r\n\r\n" + body, 431},
		"two lengths":         {"POST /api/recommend HTTP/1.1\r\nHost: a\r\n" + length + "Content-Length: 5\r\n\r\n" + body, 400},
		"a length and chunks": {"POST /api/recommend HTTP/1.1\r\nHost: a\r\n" + length + "Transfer-Encoding: chunked\r\n\r\n" + body, 400},
		"a broken chunk":      {"POST /api/recommend HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
		"half a long body":    {fmt.Sprintf("POST /api/recommend HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", 100_000, body+strings.Repeat(" ", 20_000)), 400},
		"no HTTP":             {"hello\r\n\r\n", 400},
	} {
		if got := talk(t, s.url, c.request, 1)[0]; got.status != c.status {
			t.Errorf("%s: status %d, want %d: %s", name, got.status, c.status, got.body)
		}
	}
	got := talk(t, s.url, "POST /api/recommend HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"+length+"\r\n"+body, 2)
	if got[0].status != http.StatusContinue || got[1].status != http.StatusOK {
		t.Errorf("statuses %d and %d for a client that asks before it sends", got[0].status, got[1].status)
	}
	tooLong := talk(t, s.url, fmt.Sprintf("POST /api/recommend HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", 2*maxBody), 1)
	if tooLong[0].status != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d for a client that asks whether to send too much", tooLong[0].status)
	}
	if got, err := http.Head(s.url + "/api/rules"); err != nil || got.StatusCode != 200 || got.ContentLength <= 0 {
		t.Errorf("HEAD: %+v, %v", got, err)
	}
}

// TestStopBeforeTheStart stops the server before it has begun to serve.
func TestStopBeforeTheStart(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for range 100 {
		if err := serve(ctx, serving.Config{Host: "127.0.0.1"}, func(*fasthttp.RequestCtx) {}, 1); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOneFaultIsOneAnswer panics in an endpoint.
func TestOneFaultIsOneAnswer(t *testing.T) {
	url := startServer(t, func(c *fasthttp.RequestCtx) {
		if string(c.Path()) == "/fault" {
			panic("out of order")
		}
	})
	for path, status := range map[string]int{"/fault": 500, "/": 200} {
		got, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(got.Body)
		got.Body.Close()
		if got.StatusCode != status || strings.Contains(string(body), "out of order") {
			t.Errorf("%s: status %d, %s", path, got.StatusCode, body)
		}
	}
}

// TestStopLosesNoRequest stops the server while a request runs, and others are idle.
func TestStopLosesNoRequest(t *testing.T) {
	entered, leave := make(chan bool), make(chan bool)
	config := serving.Config{Host: "127.0.0.1", Port: harness.FreePort(t)}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, config, func(c *fasthttp.RequestCtx) {
			if string(c.Path()) == "/slow" {
				close(entered)
				<-leave
			}
			c.SetBodyString("whole")
		}, 1)
	}()
	url := fmt.Sprint("http://127.0.0.1:", config.Port)
	get := func(path string) (string, error) {
		got, err := http.Get(url + path)
		if err != nil {
			return "", err
		}
		defer got.Body.Close()
		body, err := io.ReadAll(got.Body)
		return string(body), err
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err := get("/"); err == nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	answer := make(chan error)
	go func() {
		text, err := get("/slow")
		if err == nil && text != "whole" {
			err = errors.New(text)
		}
		answer <- err
	}()
	<-entered
	stop()
	select {
	case err := <-ended:
		t.Fatalf("the server ended under a running request: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	close(leave)
	if err := <-answer; err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := get("/"); err == nil {
		t.Error("it still answers")
	}
	http.DefaultClient.CloseIdleConnections()
}
