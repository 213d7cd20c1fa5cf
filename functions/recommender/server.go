package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"time"

	"github.com/valyala/fasthttp"

	"segue.dev/shared/epoll"
	"segue.dev/shared/serving"
)

const (
	// maxHeader bounds a request's line and headers: a connection has memory for them.
	maxHeader = 16 << 10
	// maxPiece is how long an answer with its headers may be to be sent in one piece.
	maxPiece = 8 << 10
	// maxKept is how long a body or an answer may be whose memory its connection keeps.
	maxKept = 16 << 10
	// A client has so long to send a request from its first byte on, or from the end of
	// its headers if its body is long or its length is not told.
	maxRead, maxReadLong = 10 * time.Second, time.Minute
	// maxIdle is how long a connection is kept without a request: longer than Go's
	// default transport keeps it, and Knative's proxy with it (90 seconds), so that these do
	// not send a request as it ends.
	maxIdle = 2 * time.Minute
)

// A batch has as many requests as are answered at a time, maxBatch at most, and a surplus
// that is refused: a larger one would take the time of those that are answered.
const maxBatch, surplus = 1000, 16

// serve answers HTTP until ctx is done, then takes no new requests, ends those that run
// and returns. The handler is one that refuses more than maxRequests at a time.
func serve(ctx context.Context, config serving.Config, handler fasthttp.RequestHandler, maxRequests int) error {
	poller, err := epoll.New(min(maxRequests, maxBatch) + surplus)
	if err != nil {
		return err
	}
	defer func() { _ = poller.Close() }()
	port, err := serving.Listen(config)
	if err != nil {
		return err
	}
	server, ended := newServer(handler), make(chan error, 1)
	go func() { ended <- server.Serve(listener{port, poller, server.IdleTimeout}) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	_ = port.Close() // ends Serve even before it has begun, which Shutdown would not know of
	err = <-ended
	if stopped := server.ShutdownWithContext(context.WithoutCancel(ctx)); !errors.Is(stopped, net.ErrClosed) {
		err = errors.Join(err, stopped)
	}
	return err
}

// newServer makes the server. It is fasthttp's, for it takes less of the core for a
// request than net/http's; docs/serving.md has the figures. A body is a stream here, as
// there: no memory is taken for what a client only promises to send.
func newServer(handler fasthttp.RequestHandler) *fasthttp.Server {
	fasthttp.SetBodySizePoolLimit(maxKept, maxKept)
	return &fasthttp.Server{
		Handler:                      traced(recovering(handler)),
		HeaderReceived:               allow,
		ExpectHandler:                expect,
		ErrorHandler:                 refuse,
		StreamRequestBody:            true,
		MaxRequestBodySize:           maxBody,
		DisablePreParseMultipartForm: true,
		ReadBufferSize:               maxHeader,
		WriteBufferSize:              maxPiece,
		ReadTimeout:                  maxRead,
		IdleTimeout:                  maxIdle,
		LazyRequestTime:              true, // for nobody asks for it
		CloseOnShutdown:              true,
		NoDefaultServerHeader:        true,
		Logger:                       serverLog{},
	}
}

// allow gives a long body more time.
func allow(header *fasthttp.RequestHeader) (limits fasthttp.RequestConfig) {
	if length := header.ContentLength(); length < 0 || length > promised {
		limits.ReadTimeout = maxReadLong
	}
	return limits
}

// expect tells a client that asks before it sends whether to.
func expect(c *fasthttp.RequestCtx) int {
	if c.Request.Header.ContentLength() > maxBody {
		return fasthttp.StatusRequestEntityTooLarge
	}
	return fasthttp.StatusContinue
}

// refuse answers what did not come to the handler.
func refuse(c *fasthttp.RequestCtx, err error) {
	var tooSmall *fasthttp.ErrSmallBuffer
	var network net.Error
	p := malformed.errorf("this is no whole request of HTTP/1.1: send it again")
	switch {
	case errors.As(err, &tooSmall):
		p = headersTooLarge.errorf("the headers are over 16 KiB (%d bytes): send fewer", maxHeader)
	case errors.As(err, &network) && network.Timeout():
		p = tooSlow.errorf("the request did not arrive in time: send it again")
	}
	reply(c, nil, p)
	linger(c, true)
}

// recovering keeps a fault that one request finds from ending all others.
func recovering(handler fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(c *fasthttp.RequestCtx) {
		defer func() {
			if fault := recover(); fault != nil {
				slog.Error("panic", "fault", fmt.Sprint(fault), "stack", string(debug.Stack()))
				reply(c, nil, fmt.Errorf("panic: %v", fault))
			}
		}()
		handler(c)
	}
}

// serverLog logs what the server finds wrong with a connection, which is mostly
// the client's doing.
type serverLog struct{}

func (serverLog) Printf(format string, values ...any) {
	slog.Debug("connection failed", "reason", fmt.Sprintf(format, values...))
}
