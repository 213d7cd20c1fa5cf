package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// inTurn sends a request when the process is ready and containerConcurrency
// allows. Past timeoutSeconds, the time waited included, the answer is 504.
func (s *service) inTurn(request *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), s.timeout)
	defer cancel()
	response, err := s.whenReady(request.WithContext(ctx), send)
	if err != nil && ctx.Err() != nil && request.Context().Err() == nil {
		return &http.Response{
			StatusCode: http.StatusGatewayTimeout,
			Header:     http.Header{},
			Body:       io.NopCloser(bytes.NewBufferString(fmt.Sprintf("no answer within the timeoutSeconds of %v", s.timeout))),
			Request:    request,
		}, nil
	}
	return response, err
}

func (s *service) whenReady(request *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	ctx := request.Context()
	if s.turns != nil {
		select {
		case s.turns <- struct{}{}:
			defer func() { <-s.turns }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err := s.ready.wait(ctx); err != nil {
		return nil, err
	}
	response, err := send(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body) // the turn ends with the body
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, err
}
