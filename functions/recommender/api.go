package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"

	"segue.dev/shared/serving"
)

// api answers requests from the rules that the reloader serves.
type api struct {
	rules   *reloader
	counts  *counts
	version string // of this program
	limit   limit  // of those that are answered
	long    limit  // of those whose long bodies are read
}

func newAPI(rules *reloader, counts *counts, maxRequests int) *api {
	return &api{
		rules: rules, counts: counts, version: serving.Version(),
		limit: limit{most: int64(maxRequests), what: "answered"},
		long:  limit{most: maxLong, what: "read that are as long"},
	}
}

// enter counts a request as being answered, until a.limit.leave, and gives the
// rules to answer from. It counts once it was read whole, so that a client that
// is slow to send one takes no place, and once there are rules, so that none does
// that waits.
func (a *api) enter(ctx context.Context) (*model, error) {
	model, err := a.rules.model(ctx)
	if err != nil {
		return nil, err
	}
	return model, a.limit.enter()
}

// An endpoint answers one kind of request, with something to be sent as JSON,
// a document, or an error (see problem).
type endpoint func(r *http.Request) (any, error)

// A document is sent as it is.
type document struct {
	contentType string
	body        []byte
}

type route struct {
	method   string
	path     string
	endpoint endpoint
}

func (a *api) routes() []route {
	return []route{
		{http.MethodPost, "/api/recommend", a.recommend},
		{http.MethodGet, "/api/songs", a.songs},
		{http.MethodGet, "/api/rules", a.describeRules},
		{http.MethodGet, "/openapi.json", sending(openAPI)},
		{http.MethodGet, "/{$}", sending(index)},
	}
}

// handler serves the routes. Any other path or method is a problem, too.
func (a *api) handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range a.routes() {
		mux.HandleFunc(r.method+" "+r.path, a.serve(r.path, r.endpoint))
		mux.HandleFunc(r.path, a.serve(r.path, refusingMethod(r.method)))
	}
	mux.HandleFunc("/", a.serve("other", unknownPath))
	return mux
}

// serve is the way of every request.
func (a *api) serve(path string, answer endpoint) http.HandlerFunc {
	measure := a.counts.requests(path)
	return func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		result, err := answer(r)
		status := reply(w, result, err)
		measure(status, time.Since(start))
	}
}

// reply sends the result, or the problem that err is, and returns the status.
func reply(w http.ResponseWriter, result any, err error) int {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	status, contentType := http.StatusOK, "application/json"
	if err == nil {
		contentType, err = encode(buffer, result)
	}
	if err != nil {
		p := problemOf(err)
		maps.Copy(w.Header(), p.header)
		buffer.Reset()
		_, _ = encode(buffer, p) // strings and a number: cannot fail
		status, contentType = p.Status, "application/problem+json"
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(buffer.Len()))
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(maxWrite)) // fails only where nothing is sent
	w.WriteHeader(status)
	_, _ = w.Write(buffer.Bytes()) // fails if the client has gone: nobody to tell
	return status
}

// maxWrite bounds how long a client may take to receive an answer. Until then it
// holds the answer's memory.
const maxWrite = time.Minute

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func encode(to *bytes.Buffer, result any) (contentType string, err error) {
	if d, ok := result.(document); ok {
		to.Write(d.body)
		return d.contentType, nil
	}
	if a, ok := result.(*answer); ok {
		to.Write(a.appendJSON(to.AvailableBuffer()))
		a.release()
		return "application/json", nil
	}
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false) // names are to come back as they were sent
	return "application/json", encoder.Encode(result)
}

func sending(d document) endpoint {
	return func(*http.Request) (any, error) { return d, nil }
}

func unknownPath(r *http.Request) (any, error) {
	return nil, notFound.errorf("there is no %.80s: GET / lists what there is", r.URL.Path)
}

func refusingMethod(method string) endpoint {
	allowed := method
	if method == http.MethodGet {
		allowed += ", " + http.MethodHead
	}
	return func(r *http.Request) (any, error) {
		return nil, methodNotAllowed.errorf("%s takes %s, not %s", r.URL.Path, method, r.Method).with("Allow", allowed)
	}
}
