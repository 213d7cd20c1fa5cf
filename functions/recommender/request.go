package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/valyala/fasthttp"
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
	songs   []entry
	exclude []entry
	limit   int
}

// readRequest reads a request, of which everything is checked here but whether
// its songs are known.
func (a *api) readRequest(c *fasthttp.RequestCtx) (*request, error) {
	body, err := readJSON(c, &a.long)
	if err != nil {
		return nil, err
	}
	if q, ok := readPlain(string(body)); ok {
		return q, nil
	}
	fields, err := parseObject(body)
	if err != nil {
		return nil, err
	}
	return readFields(fields)
}

// readFields reads a request of any kind.
func readFields(fields object) (q *request, err error) {
	songs, given := fields.take("songs")
	if !given {
		return nil, malformed.errorf("songs is missing: %s", example)
	}
	exclude, excluding := fields.take("exclude")
	limit, limited := fields.take("limit")
	if name, found := fields.rest(); found {
		return nil, malformed.errorf("%.40q is no field of a request: it has songs, limit and exclude", name)
	}
	q = &request{limit: defaultLimit}
	if q.songs, err = parseEntries("songs", songs, 1, maxSongs); err != nil {
		return nil, err
	}
	if excluding {
		if q.exclude, err = parseEntries("exclude", exclude, 0, maxExclude); err != nil {
			return nil, err
		}
	}
	if limited {
		q.limit, err = parseLimit(string(limit))
	}
	return q, err
}

func parseEntries(field string, list json.RawMessage, least, most int) ([]entry, error) {
	if list[0] != '[' {
		return nil, malformed.errorf("%s is %s: send a list of songs", field, kindOf(list))
	}
	var values []json.RawMessage
	if err := json.Unmarshal(list, &values); err != nil {
		return nil, err
	}
	if len(values) < least || len(values) > most {
		return nil, outOfBounds.errorf("%s has %d entries: send %d to %d", field, len(values), least, most)
	}
	entries := make([]entry, len(values))
	for i, value := range values {
		var err error
		if entries[i], err = parseEntry(value); err != nil {
			return nil, malformed.errorf("%s[%d]%v", field, i, err)
		}
	}
	return entries, nil
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
