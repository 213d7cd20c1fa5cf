package main

import (
	"runtime"
	"time"

	"github.com/valyala/fasthttp"

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
func (a *api) enter() (*model, error) {
	model, err := a.rules.model()
	if err == nil {
		err = a.limit.enter()
	}
	if err != nil {
		return nil, err
	}
	runtime.Gosched() // the end of the first phase: see serve
	return model, nil
}

// An endpoint answers one kind of request, with something to be sent as JSON,
// a document, or an error (see problem).
type endpoint func(c *fasthttp.RequestCtx) (any, error)

// A route is what a path is for.
type route struct {
	path     string
	method   string // HEAD goes with GET
	endpoint endpoint
}

func (a *api) routes() []route {
	return []route{
		{"/api/recommend", fasthttp.MethodPost, a.recommend},
		{"/api/songs", fasthttp.MethodGet, a.songs},
		{"/api/rules", fasthttp.MethodGet, a.describeRules},
		{"/openapi.json", fasthttp.MethodGet, sending(openAPI)},
		{"/", fasthttp.MethodGet, sending(index)},
	}
}

// handler serves the routes. Any other path or method is a problem, too.
func (a *api) handler() fasthttp.RequestHandler {
	byPath := make(map[string]fasthttp.RequestHandler)
	for _, r := range a.routes() {
		byPath[r.path] = a.serve(r.path, r.checkMethod)
	}
	for _, r := range a.probes() { // which are not counted
		byPath[r.path] = func(c *fasthttp.RequestCtx) {
			result, err := r.checkMethod(c)
			reply(c, result, err)
		}
	}
	other := a.serve("other", unknownPath)
	return func(c *fasthttp.RequestCtx) {
		if handler, known := byPath[string(c.Path())]; known {
			handler(c)
		} else {
			other(c)
		}
	}
}

// checkMethod is the endpoint of a route for whatever method.
func (r route) checkMethod(c *fasthttp.RequestCtx) (any, error) {
	isGet := r.method == fasthttp.MethodGet
	if string(c.Method()) == r.method || isGet && c.IsHead() {
		return r.endpoint(c)
	}
	allowed := r.method
	if isGet {
		allowed += ", " + fasthttp.MethodHead
	}
	return nil, methodNotAllowed.errorf("%s takes %s, not %s", r.path, r.method, c.Method()).with("Allow", allowed)
}

// serve is the way of every request. Those of a batch (see package epoll) go it in three
// phases: all are read and counted, then all answers are made, then all are sent. So those
// beyond the limit are known before time is spent on the others. And it costs less than
// one request after the other: the kernel's code for receiving and sending displaces this
// one from the processor's caches. The end of a phase lets the other requests go first.
func (a *api) serve(path string, answer endpoint) fasthttp.RequestHandler {
	measure := a.counts.requests(path)
	return func(c *fasthttp.RequestCtx) {
		start := time.Now()
		result, err := answer(c)
		reply(c, result, err)
		if len(c.Response.Body()) <= maxWaiting {
			runtime.Gosched() // the end of the second phase
		}
		measure(c.Response.StatusCode(), time.Since(start))
	}
}

// maxWaiting is the longest answer, in bytes, that waits until others are made. Longer
// ones gain little by it, and take more memory while they wait.
const maxWaiting = maxPiece

func unknownPath(c *fasthttp.RequestCtx) (any, error) {
	return nil, notFound.errorf("there is no %.80s: GET / lists what there is", c.Path())
}
