package main

import (
	"encoding/json"
	"strings"

	"segue.dev/shared/rules"
)

// entry is one song as a client names it.
type entry struct {
	sent  string // as JSON
	query rules.Query
}

// parseEntry reads a song: a string (a URI, "Artist - Track", or a track's
// name) or an object with track, artist and uri.
func parseEntry(value json.RawMessage) (entry, error) {
	switch value[0] {
	case '"':
		text, err := parseText(value)
		if err == nil && text == "" {
			err = errorAt("", `is empty: name a song, or leave it out`)
		}
		return entry{string(value), rules.Query{Text: text}}, err
	case '{':
		query, err := parseQuery(value)
		return entry{string(value), query}, err
	}
	return entry{}, errorAt("", `is %s: send a string, or an object with track, artist and uri`, kindOf(value))
}

func parseQuery(value json.RawMessage) (q rules.Query, err error) {
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
