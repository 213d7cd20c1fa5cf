package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// client is a connection that speaks as much HTTP as the load needs: a client
// of net/http would cost more than the server that it measures.
type client struct {
	net.Conn
	r    *bufio.Reader
	body []byte // of the last answer
}

func dial(address string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{Conn: conn, r: bufio.NewReaderSize(conn, 16<<10)}, nil
}

// do sends a request and reads the answer, which must have a length.
func (c *client) do(request []byte) (status int, body []byte, err error) {
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return 0, nil, err
	}
	if _, err := c.Write(request); err != nil {
		return 0, nil, err
	}
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return 0, nil, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, nil, fmt.Errorf("%q is no HTTP", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, err
	}
	length := -1
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return 0, nil, err
		}
		if len(line) <= 2 {
			break
		}
		if value, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, nil, err
			}
		}
	}
	if length < 0 {
		return 0, nil, errors.New("an answer without a length")
	}
	c.body = slices.Grow(c.body[:0], length)[:length]
	_, err = io.ReadFull(c.r, c.body)
	return status, c.body, err
}

// post is a request for recommendations as bytes.
func post(body []byte) []byte {
	return fmt.Appendf(nil, "POST /api/recommend HTTP/1.1\r\nHost: segue\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// round is what a time of full load gave.
type round struct {
	perSecond float64
	p50, p99  time.Duration
	bytes     float64 // of the mean answer
	answered  int
	refused   int64   // with 503
	busy      float64 // processor time of the server, as a share of the round
}

// load keeps that many connections busy for that long with the requests in
// turn. Anything but an answer or a 503 is an error.
func load(address string, connections int, requests [][]byte, duration time.Duration) (round, error) {
	var next, size, failed, refused atomic.Int64
	latencies := make([][]time.Duration, connections)
	var group sync.WaitGroup
	start := time.Now()
	for n := range connections {
		c, err := dial(address)
		if err != nil {
			return round{}, err
		}
		group.Go(func() {
			defer c.Close()
			for sent := start; sent.Sub(start) < duration; {
				status, body, err := c.do(requests[int(next.Add(1))%len(requests)])
				now := time.Now()
				switch {
				case err == nil && status == http.StatusOK:
					size.Add(int64(len(body)))
					latencies[n] = append(latencies[n], now.Sub(sent))
				case err == nil && status == http.StatusServiceUnavailable:
					refused.Add(1)
				default:
					failed.Add(1)
					return
				}
				sent = now
			}
		})
	}
	group.Wait()
	took := time.Since(start)
	all := slices.Sorted(slices.Values(slices.Concat(latencies...)))
	if len(all) == 0 || failed.Load() > 0 {
		return round{}, fmt.Errorf("%d answers, %d connections that failed", len(all), failed.Load())
	}
	return round{
		perSecond: float64(len(all)) / took.Seconds(),
		p50:       all[len(all)/2], p99: all[len(all)*99/100],
		bytes:    float64(size.Load()) / float64(len(all)),
		answered: len(all), refused: refused.Load(),
	}, nil
}
