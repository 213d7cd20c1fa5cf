package main

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"unsafe"

	"github.com/valyala/fasthttp"

	"segue.dev/shared/rules"
)

// Bounds of a request; openapi.json states them, too.
const (
	maxSongs     = 1000
	maxExclude   = 10_000
	maxLimit     = 500
	defaultLimit = 10
)

// request is a question for recommendations.
type request struct {
	songs   entries
	exclude entries
	limit   int

	found rules.Found // what the songs name

	body []byte // memory for a short one, in which the text of both lists lies
}

// requests are used again with the memory of their lists and of their body.
var requests = sync.Pool{New: func() any { return new(request) }}

// reset makes it a request that names no song, with what holds if nothing is said.
func (q *request) reset() {
	q.songs.reset()
	q.exclude.reset()
	q.limit = defaultLimit
}

// release lets others use the request, which its caller must not any more. The memory of
// lists that are seldom so long goes.
func (q *request) release() {
	q.reset()
	if cap(q.exclude.queries) <= maxSongs {
		requests.Put(q)
	}
}

// readRequest reads a request, of which everything is checked here but whether
// its songs are known. It is to be released.
func (a *api) readRequest(c *fasthttp.RequestCtx) (*request, error) {
	q := requests.Get().(*request)
	if err := q.read(c, &a.long); err != nil {
		q.release()
		return nil, err
	}
	return q, nil
}

func (q *request) read(c *fasthttp.RequestCtx, long *limit) error {
	body, err := readJSON(c, long, q.body)
	if err != nil {
		return err
	}
	if len(body) <= promised && cap(body) > cap(q.body) {
		q.body = body
	}
	// Not copied: the lists forget their text before the memory is used again.
	if q.readPlain(unsafe.String(unsafe.SliceData(body), len(body))) {
		return nil
	}
	return q.readAny(body)
}

// readAny reads a request of any kind.
func (q *request) readAny(body []byte) error {
	q.reset()
	fields, err := parseObject(body)
	if err != nil {
		return err
	}
	songs, given := fields.take("songs")
	if !given {
		return malformed.errorf("songs is missing: %s", example)
	}
	exclude, excluding := fields.take("exclude")
	limit, limited := fields.take("limit")
	if name, found := fields.rest(); found {
		return malformed.errorf("%.40q is no field of a request: it has songs, limit and exclude", name)
	}
	if err := q.songs.parse("songs", songs, 1, maxSongs); err != nil {
		return err
	}
	if excluding {
		if err := q.exclude.parse("exclude", exclude, 0, maxExclude); err != nil {
			return err
		}
	}
	if limited {
		q.limit, err = parseLimit(string(limit))
	}
	return err
}

// parseLimit reads a limit from JSON or from a URL.
func parseLimit(text string) (int, error) {
	limit, err := strconv.Atoi(text)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, malformed.errorf("limit is %.40s: give a whole number from 1 to %d", text, maxLimit)
	}
	if limit < 1 || limit > maxLimit {
		return 0, outOfBounds.errorf("limit is %.40s: give a number from 1 to %d", text, maxLimit)
	}
	return limit, nil
}

// errorAt is an error at a place inside an entry: its text goes on where the
// entry's own name, such as songs[3], ends.
func errorAt(place, format string, args ...any) error {
	return fmt.Errorf("%s %s", place, fmt.Sprintf(format, args...))
}
