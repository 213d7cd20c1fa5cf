package main

import (
	"encoding/json"
	"strings"

	"segue.dev/shared/rules"
)

// entries are songs as a client names them. Two lists hold them, for Resolve takes that
// of the queries as it is.
type entries struct {
	queries []rules.Query
	sent    []string // the same songs as they came, as JSON
}

// parse adds the songs of a field, which has from least to most of them. If it fails,
// some may have been added.
func (e *entries) parse(field string, list json.RawMessage, least, most int) error {
	if list[0] != '[' {
		return malformed.errorf("%s is %s: send a list of songs", field, kindOf(list))
	}
	var values []json.RawMessage
	if err := json.Unmarshal(list, &values); err != nil {
		return err
	}
	if len(values) < least || len(values) > most {
		return outOfBounds.errorf("%s has %d entries: send %d to %d", field, len(values), least, most)
	}
	for i, value := range values {
		query, err := parseSong(value)
		if err != nil {
			return malformed.errorf("%s[%d]%v", field, i, err)
		}
		e.add(query, string(value))
	}
	return nil
}

// add adds a song.
func (e *entries) add(query rules.Query, sent string) {
	e.queries, e.sent = append(e.queries, query), append(e.sent, sent)
}

// reset empties the lists and keeps their memory, but no text of the client's.
func (e *entries) reset() {
	clear(e.queries)
	clear(e.sent)
	*e = entries{e.queries[:0], e.sent[:0]}
}

// parseSong reads a song: a string (a URI, "Artist - Track", or a track's
// name) or an object with track, artist and uri.
func parseSong(value json.RawMessage) (rules.Query, error) {
	switch value[0] {
	case '"':
		text, err := parseText(value)
		if err == nil && text == "" {
			err = errorAt("", `is empty: name a song, or leave it out`)
		}
		return rules.Query{Text: text}, err
	case '{':
		return parseSongObject(value)
	}
	return rules.Query{}, errorAt("", `is %s: send a string, or an object with track, artist and uri`, kindOf(value))
}

func parseSongObject(value json.RawMessage) (q rules.Query, err error) {
	var fields object
	if err := json.Unmarshal(value, &fields); err != nil {
		return q, err
	}
	for _, field := range []struct {
		name string
		to   *string
	}{{"track", &q.Track}, {"artist", &q.Artist}, {"uri", &q.URI}} {
		text, given := fields.take(field.name)
		if !given {
			continue
		}
		if text[0] != '"' {
			return q, errorAt("."+field.name, "is %s: send a string", kindOf(text))
		}
		if *field.to, err = parseText(text); err != nil {
			return q, err
		}
	}
	if name, found := fields.rest(); found {
		return q, errorAt("", "has a field %.40q: a song has track, artist and uri", name)
	}
	if q.Track == "" && q.URI == "" {
		return q, errorAt("", "names no song: give its track or its uri")
	}
	return q, nil
}

// parseText reads a JSON string, without outer white space.
func parseText(value json.RawMessage) (text string, err error) {
	err = json.Unmarshal(value, &text)
	return strings.TrimSpace(text), err
}
