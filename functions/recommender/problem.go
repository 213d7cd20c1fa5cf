package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
)

// A problemType is a kind of refusal; the list below is the one place where an
// error gets its status. Each is described under its name in openapi.json.
type problemType struct {
	name   string
	status int
	title  string
}

var (
	malformed        = problemType{"Malformed", http.StatusBadRequest, "The request cannot be read"}
	notFound         = problemType{"NotFound", http.StatusNotFound, "There is no such page"}
	methodNotAllowed = problemType{"MethodNotAllowed", http.StatusMethodNotAllowed, "The method is not allowed here"}
	tooLarge         = problemType{"TooLarge", http.StatusRequestEntityTooLarge, "The request is too large"}
	unsupportedMedia = problemType{"UnsupportedMedia", http.StatusUnsupportedMediaType, "The request is not sent as JSON"}
	tooSlow          = problemType{"TooSlow", http.StatusRequestTimeout, "The request did not arrive in time"}
	headersTooLarge  = problemType{"HeadersTooLarge", http.StatusRequestHeaderFieldsTooLarge, "The headers are too large"}
	outOfBounds      = problemType{"OutOfBounds", http.StatusUnprocessableEntity, "A value is out of bounds"}
	internal         = problemType{"Internal", http.StatusInternalServerError, "The recommender failed"}
	noRules          = problemType{"NoRules", http.StatusServiceUnavailable, "There are no rules to answer from yet"}
	overloaded       = problemType{"Overloaded", http.StatusServiceUnavailable, "Too many requests at a time"}

	problemTypes = []problemType{malformed, notFound, methodNotAllowed, tooLarge, unsupportedMedia, tooSlow, headersTooLarge, outOfBounds, internal, noRules, overloaded}
)

// A problem is an error as the client gets it: problem details of RFC 9457.
type problem struct {
	Type   string `json:"type"` // where openapi.json describes it
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"` // what to do

	header header // goes with the answer
}

// header is one of an answer.
type header struct{ name, value string }

// Error is the detail.
func (p *problem) Error() string { return p.Detail }

// errorf makes a problem of that type; its detail says what is wrong and what
// to do.
func (t problemType) errorf(format string, args ...any) *problem {
	return &problem{
		Type:   "/openapi.json#/components/responses/" + t.name,
		Title:  t.title,
		Status: t.status,
		Detail: fmt.Sprintf(format, args...),
	}
}

// with adds a header to the answer.
func (p *problem) with(name, value string) *problem {
	p.header = header{name, value}
	return p
}

// problemOf gives the problem that err is. An error that nobody foresaw is a
// fault of this program: its words are for the log, not for the client.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	slog.Error("request failed", "error", err)
	return internal.errorf("the request may be right, the reason is in the recommender's log: try again, and report it if that does not help")
}
