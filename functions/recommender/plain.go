package main

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"segue.dev/shared/rules"
)

// readPlain reads a request of the plain kind that nearly all are: an object
// with songs, limit and exclude, each once, whose entries are strings. It takes
// no other, not even one that is wrong: readAny tells what is wrong with it.
func (q *request) readPlain(body string) bool {
	q.reset()
	p := plain{rest: body}
	if !p.is('{') {
		return false
	}
	for seen := 0; ; {
		name, ok := p.string()
		if !ok || !p.is(':') {
			return false
		}
		field := 0
		switch name {
		case "songs":
			field = 1
			ok = p.entries(&q.songs, 1, maxSongs)
		case "exclude":
			field = 2
			ok = p.entries(&q.exclude, 0, maxExclude)
		case "limit":
			field = 4
			q.limit, ok = p.number()
		}
		if !ok || field == 0 || seen&field != 0 {
			return false
		}
		if seen |= field; p.is(',') {
			continue
		}
		return p.is('}') && p.atEnd() && seen&1 != 0
	}
}

// plain is the rest of a body that is read so.
type plain struct{ rest string }

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

// string reads a string.
func (p *plain) string() (text string, ok bool) {
	p.skipSpace()
	whole := p.rest
	if !p.is('"') {
		return "", false
	}
	for at := range len(p.rest) {
		switch c := p.rest[at]; {
		case c == '"':
			text, p.rest = p.rest[:at], p.rest[at+1:]
			return text, utf8.ValidString(text)
		case c == '\\':
			return p.escaped(whole)
		case c < ' ':
			return "", false
		}
	}
	return "", false
}

// escaped reads the string that whole begins with, as encoding/json does. It knows no
// escapes that come in pairs.
func (p *plain) escaped(whole string) (text string, ok bool) {
	var memory [200]byte
	to := memory[:0]
	for at := 1; at < len(whole); at++ {
		switch c := whole[at]; {
		case c == '"':
			p.rest = whole[at+1:]
			return string(to), utf8.Valid(to)
		case c < ' ':
			return "", false
		case c != '\\':
			to = append(to, c)
			continue
		}
		if at++; at == len(whole) {
			break
		}
		switch c := whole[at]; c {
		case 'u':
			code, err := strconv.ParseUint(whole[at+1:min(at+5, len(whole))], 16, 16)
			if err != nil || at+5 > len(whole) || utf16.IsSurrogate(rune(code)) {
				return "", false
			}
			to = utf8.AppendRune(to, rune(code))
			at += 4
		default:
			which := strings.IndexByte(`"\/bfnrt`, c)
			if which < 0 {
				return "", false
			}
			to = append(to, "\"\\/\b\f\n\r\t"[which])
		}
	}
	return "", false
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
func (p *plain) entries(to *entries, least, most int) (ok bool) {
	if !p.is('[') {
		return false
	}
	if p.is(']') {
		return least == 0
	}
	for {
		p.skipSpace()
		before := p.rest
		text, ok := p.string()
		sent := before[:len(before)-len(p.rest)]
		name := strings.TrimSpace(text)
		if !ok || name == "" || len(to.queries) == most {
			return false
		}
		to.add(rules.Query{Text: name}, sent)
		if p.is(',') {
			continue
		}
		return p.is(']')
	}
}
