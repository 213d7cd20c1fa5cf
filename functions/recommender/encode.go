package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
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

// appendParts appends a string that is in two parts. It leaves what is not plain to
// encoding/json, which knows what to escape.
func appendParts(b []byte, first, second string) []byte {
	before := len(b)
	b = append(append(append(b, '"'), first...), second...)
	if !isPlain(b[before+1:]) {
		return appendSpecial(b[:before], first+second)
	}
	return append(b, '"')
}

func appendString(b []byte, s string) []byte { return appendParts(b, s, "") }

// isPlain tells whether the string is written as it is.
func isPlain(s []byte) bool {
	if isPlainASCII(s) {
		return true
	}
	for _, c := range s {
		if isSpecial[c] {
			return false
		}
	}
	return utf8.Valid(s)
}

// isPlainASCII tells of eight bytes or more whether all are ASCII and written as they
// are. The last eight are read once more, whole, instead of the rest byte by byte.
func isPlainASCII(s []byte) bool {
	if len(s) < 8 {
		return false
	}
	for at := 0; at+8 < len(s); at += 8 {
		if !allPlain(binary.LittleEndian.Uint64(s[at:])) {
			return false
		}
	}
	return allPlain(binary.LittleEndian.Uint64(s[len(s)-8:]))
}

// allPlain tells whether each of eight bytes is ASCII that is written as it is.
// Taking something from a byte sets its highest bit if the byte is smaller.
func allPlain(eight uint64) bool {
	const each, highest = 0x0101010101010101, 0x8080808080808080
	controls := eight - each*' '
	quotes := (eight ^ each*'"') - each
	slashes := (eight ^ each*'\\') - each
	return (eight|controls|quotes|slashes)&highest == 0
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
