package main

import (
	"bytes"
	"unicode/utf8"

	"segue.dev/shared/rules"
)

// readPlain reads a request of the plain kind that nearly all are: an object
// with songs, limit and exclude, each once, whose entries are strings without
// escapes. It takes no other, not even one that is wrong: readFields tells what
// is wrong with it.
func readPlain(body []byte) (*request, bool) {
	p := plain{rest: body}
	q := &request{limit: defaultLimit}
	if !p.is('{') {
		return nil, false
	}
	for seen := 0; ; {
		name, ok := p.string()
		if !ok || !p.is(':') {
			return nil, false
		}
		field := 0
		switch string(name) {
		case "songs":
			field = 1
			q.songs, ok = p.entries(1, maxSongs)
		case "exclude":
			field = 2
			q.exclude, ok = p.entries(0, maxExclude)
		case "limit":
			field = 4
			q.limit, ok = p.number()
		}
		if !ok || field == 0 || seen&field != 0 {
			return nil, false
		}
		if seen |= field; p.is(',') {
			continue
		}
		return q, p.is('}') && p.atEnd() && seen&1 != 0
	}
}

// plain is the rest of a body that is read so.
type plain struct{ rest []byte }

func (p *plain) skipSpace() {
	for len(p.rest) > 0 && (p.rest[0] == ' ' || p.rest[0] == '\n' || p.rest[0] == '\r' || p.rest[0] == '\t') {
		p.rest = p.rest[1:]
	}
}

func (p *plain) atEnd() bool {
	p.skipSpace()
	return len(p.rest) == 0
}

// is passes over that byte, if it comes next.
func (p *plain) is(c byte) bool {
	p.skipSpace()
	if len(p.rest) == 0 || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// string reads a string without escapes.
func (p *plain) string() (text []byte, ok bool) {
	if !p.is('"') {
		return nil, false
	}
	end := bytes.IndexByte(p.rest, '"')
	if end < 0 {
		return nil, false
	}
	text, p.rest = p.rest[:end], p.rest[end+1:]
	for _, c := range text {
		if c == '\\' || c < ' ' {
			return nil, false
		}
	}
	return text, utf8.Valid(text)
}

// number reads a limit.
func (p *plain) number() (n int, ok bool) {
	p.skipSpace()
	digits := 0
	for digits < len(p.rest) && digits < 4 && '0' <= p.rest[digits] && p.rest[digits] <= '9' {
		n = 10*n + int(p.rest[digits]-'0')
		digits++
	}
	ok = digits > 0 && p.rest[0] != '0' && n <= maxLimit
	p.rest = p.rest[digits:]
	return n, ok
}

// entries reads a list of strings.
func (p *plain) entries(least, most int) (entries []entry, ok bool) {
	if !p.is('[') {
		return nil, false
	}
	if p.is(']') {
		return nil, least == 0
	}
	entries = make([]entry, 0, 8)
	for {
		p.skipSpace()
		before := p.rest
		text, ok := p.string()
		sent := before[:len(before)-len(p.rest)]
		name := string(bytes.TrimSpace(text))
		if !ok || name == "" || len(entries) == most {
			return nil, false
		}
		entries = append(entries, entry{sent, rules.Query{Text: name}})
		if p.is(',') {
			continue
		}
		return entries, p.is(']')
	}
}
