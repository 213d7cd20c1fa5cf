package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// appendJSON appends the answer as encoding/json would write it, without the
// escapes that are for HTML, and a newline. Nearly all of what this program
// sends are answers.
func (a *answer) appendJSON(b []byte) []byte {
	b = appendStrings(append(b, `{"songs":`...), a.Songs)
	b = append(b, `,"recommendations":[`...)
	for i := range a.Recommendations {
		if i > 0 {
			b = append(b, ',')
		}
		b = a.Recommendations[i].appendJSON(b)
	}
	b = append(b, `],"unknown":[`...)
	for i, sent := range a.Unknown {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendCompact(b, sent)
	}
	b = append(b, ']')
	b = appendOptional(b, `,"fallback":`, a.Fallback)
	b = appendString(append(b, `,"version":`...), a.Version)
	b = appendString(append(b, `,"model_date":`...), a.ModelDate)
	b = appendString(append(b, `,"rules":{"id":`...), a.Rules.ID)
	b = appendString(append(b, `,"dataset":`...), a.Rules.Dataset)
	return append(b, "}}\n"...)
}

func (r *recommendation) appendJSON(b []byte) []byte {
	b = appendString(append(b, `{"track":`...), r.Track)
	b = appendOptional(b, `,"artist":`, r.Artist)
	if r.URI != (uri{}) {
		b = appendParts(append(b, `,"uri":`...), r.URI.prefix, r.URI.rest)
	}
	b = appendDecimal(append(b, `,"score":`...), r.Score)
	b = append(b, `,"because":[`...)
	for i := range r.Because {
		if i > 0 {
			b = append(b, ',')
		}
		b = r.Because[i].appendJSON(b)
	}
	return append(b, "]}"...)
}

func (r *reason) appendJSON(b []byte) []byte {
	b = appendStrings(append(b, `{"songs":`...), r.Songs)
	if len(r.Artists) > 0 {
		b = appendStrings(append(b, `,"artists":`...), r.Artists)
	}
	b = appendOptional(b, `,"consequent":`, r.Consequent)
	b = appendWhole(append(b, `,"support":`...), uint64(r.Support))
	b = appendDecimal(append(b, `,"confidence":`...), r.Confidence)
	b = appendDecimal(append(b, `,"lift":`...), r.Lift)
	return append(b, '}')
}

func appendOptional(b []byte, field, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(append(b, field...), value)
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

// appendString appends a string. It leaves what is not plain to encoding/json, which
// knows what to escape.
func appendString(b []byte, s string) []byte {
	if to, ok := appendPlain(append(b, '"'), s); ok {
		return append(to, '"')
	}
	return appendSpecial(b, s)
}

// appendParts appends a string that is in two parts.
func appendParts(b []byte, first, second string) []byte {
	if to, ok := appendPlain(append(b, '"'), first); ok {
		if to, ok = appendPlain(to, second); ok {
			return append(to, '"')
		}
	}
	return appendSpecial(b, first+second)
}

// appendPlain appends a string that is written as it is, eight bytes at a time; the last
// eight may begin among those before. Of others it appends nothing, and ok is false.
func appendPlain(b []byte, s string) (_ []byte, ok bool) {
	last := len(s) - 8
	if last < 0 {
		return appendShort(b, s)
	}
	b = slices.Grow(b, len(s))
	to := b[len(b) : len(b)+len(s)]
	special := uint64(0)
	for at := 0; at < last; at += 8 {
		eight := eightAt(s, at)
		special |= specialOf(eight)
		binary.LittleEndian.PutUint64(to[at:at+8], eight)
	}
	eight := eightAt(s, last)
	binary.LittleEndian.PutUint64(to[last:], eight)
	if special|specialOf(eight) != 0 {
		return appendUnicode(b, s)
	}
	return b[:len(b)+len(s)], true
}

// appendShort is appendPlain for less than eight bytes.
func appendShort(b []byte, s string) (_ []byte, ok bool) {
	for at := range len(s) {
		if c := s[at]; isSpecial[c] || c >= utf8.RuneSelf {
			return appendUnicode(b, s)
		}
	}
	return append(b, s...), true
}

// appendUnicode is appendPlain for what is not ASCII, too.
func appendUnicode(b []byte, s string) (_ []byte, ok bool) {
	for at := range len(s) {
		if isSpecial[s[at]] {
			return b, false
		}
	}
	return append(b, s...), utf8.ValidString(s)
}

// eightAt are the eight bytes there, the first in the lowest bits: the compiler makes one
// step of it.
func eightAt(s string, at int) uint64 {
	s = s[at : at+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// specialOf is 0 if each of eight bytes is ASCII that is written as it is. Taking
// something from a byte sets its highest bit if the byte is smaller.
func specialOf(eight uint64) uint64 {
	const each, highest = 0x0101010101010101, 0x8080808080808080
	controls := eight - each*' '
	quotes := (eight ^ each*'"') - each
	slashes := (eight ^ each*'\\') - each
	return (eight | controls | quotes | slashes) & highest
}

// isSpecial tells of each byte whether it is escaped, or may begin what is.
var isSpecial = func() (special [256]bool) {
	for c := range special {
		special[c] = c < ' ' || c == '"' || c == '\\' || c == 0xe2 // which begins U+2028, too
	}
	return special
}()

func appendSpecial(b []byte, s string) []byte {
	b, _ = appendEncoded(b, s) // a string: cannot fail
	return b[:len(b)-1]        // without the newline
}

// appendEncoded appends any value as encoding/json writes it, with a newline, but
// without the escapes that are for HTML: names are to come back as they were sent.
func appendEncoded(b []byte, value any) ([]byte, error) {
	to := bytes.NewBuffer(b)
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return to.Bytes(), err
}

// appendCompact drops white space, as encoding/json does.
func appendCompact(b []byte, sent json.RawMessage) []byte {
	if sent[0] == '"' {
		return append(b, sent...)
	}
	var compact bytes.Buffer
	_ = json.Compact(&compact, sent) // it was read already
	return append(b, compact.Bytes()...)
}
