package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/valyala/fasthttp"

	"segue.dev/shared/serving"
)

const (
	// maxHeader bounds a request's line and headers: a connection has memory for them.
	maxHeader = 8 << 10
	// maxPiece is how long an answer with its headers may be to be sent in one piece.
	maxPiece = 8 << 10
	// A client has so long to send a short request, or one whose body is long.
	maxRead, maxReadLong = 10 * time.Second, time.Minute
	// maxWrite bounds how long a client may take to receive an answer.
	maxWrite = time.Minute
	// maxIdle is how long a connection is kept without a request.
	maxIdle = 2 * time.Minute
)

// serve answers HTTP until ctx is done, then takes no new requests, ends those that
// run and returns.
func serve(ctx context.Context, config serving.Config, handler fasthttp.RequestHandler) error {
	listener, err := serving.Listen(config)
	if err != nil {
		return err
	}
	server := newServer(traced(handler))
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		stopped <- server.ShutdownWithContext(context.WithoutCancel(ctx))
	}()
	if err := server.Serve(lingeringListener{listener}); err != nil {
		return err
	}
	return <-stopped
}

// newServer makes the server. It is fasthttp's and not net/http's, of which a request
// costs as much as all else that the recommender does for it; docs/serving.md has the
// figures. A body is a stream here, as there: no memory is taken for what a client only
// promises to send.
func newServer(handler fasthttp.RequestHandler) *fasthttp.Server {
	return &fasthttp.Server{
		Handler:                      recovering(handler),
		HeaderReceived:               allow,
		StreamRequestBody:            true,
		MaxRequestBodySize:           maxBody,
		DisablePreParseMultipartForm: true,
		ReadBufferSize:               maxHeader,
		WriteBufferSize:              maxPiece,
		ReadTimeout:                  maxRead,
		WriteTimeout:                 maxWrite,
		IdleTimeout:                  maxIdle,
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
