package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"segue.dev/shared/rules"
)

// appendJSON appends the answer as openapi.json describes it, as encoding/json would,
// without the escapes that are for HTML, and a newline. Nearly all of what this program
// sends are answers.
func (a *answer) appendJSON(b []byte) []byte {
	r, recommendations := a.model.rules, a.chosen.Recommendations
	b = append(b, `{"songs":[`...)
	for n := range recommendations {
		name, _ := r.Name(recommendations[n].Item)
		b = appendString(appendComma(b, n), name)
	}
	b = append(b, `],"recommendations":[`...)
	for n := range recommendations {
		b = appendRecommendation(appendComma(b, n), r, &recommendations[n])
	}
	b = append(b, `],"unknown":[`...)
	for n, sent := range a.unknown {
		b = appendCompact(appendComma(b, n), sent)
	}
	b = append(b, ']')
	if a.isFallback() {
		b = append(b, `,"fallback":"popularity"`...)
	}
	b = appendString(append(b, `,"version":`...), a.version)
	b = appendString(append(b, `,"model_date":`...), a.model.date)
	b = appendString(append(b, `,"rules":{"id":`...), a.model.id)
	b = appendString(append(b, `,"dataset":`...), a.model.dataset)
	return append(b, "}}\n"...)
}

// appendRecommendation writes one track and the rules that recommend it, strongest
// first; none if it is there because it is popular.
func appendRecommendation(b []byte, r *rules.Rules, f *rules.Recommendation) []byte {
	name, artist := r.Name(f.Item)
	b = appendString(append(b, `{"track":`...), name)
	b = appendOptional(b, `,"artist":`, artist)
	if prefix, rest := r.URI(f.Item); rest != "" {
		b = appendParts(append(b, `,"uri":`...), prefix, rest)
	}
	b = appendDecimal(append(b, `,"score":`...), score(f))
	b = append(b, `,"because":[`...)
	for n := range f.Because {
		b = appendReason(appendComma(b, n), r, &f.Because[n])
	}
	return append(b, "]}"...)
}

// score is a recommendation's to 6 decimals; 0 is only for what no rule
// recommends.
func score(f *rules.Recommendation) decimal {
	rounded := round(float64(f.Score), 1e6)
	if len(f.Because) > 0 {
		rounded = max(rounded, 1)
	}
	return rounded
}

// appendReason writes a rule: who has these songs, or a song by this artist, has the
// recommended one, or one by its artist.
func appendReason(b []byte, r *rules.Rules, why *rules.Reason) []byte {
	if why.Artist != "" {
		b = appendString(append(b, `{"songs":[],"artists":[`...), why.Artist)
	} else {
		b = append(b, `{"songs":[`...)
		for n, item := range why.Antecedent {
			name, _ := r.Name(item)
			b = appendString(appendComma(b, n), name)
		}
	}
	b = append(b, ']')
	b = appendOptional(b, `,"consequent":`, why.ConsequentArtist)
	b = appendWhole(append(b, `,"support":`...), uint64(why.Support))
	b = appendDecimal(append(b, `,"confidence":`...), round(why.Confidence, 1e3))
	b = appendDecimal(append(b, `,"lift":`...), round(why.Lift, 1e2))
	return append(b, '}')
}

// appendComma writes what stands before the n-th of a list.
func appendComma(b []byte, n int) []byte {
	if n > 0 {
		b = append(b, ',')
	}
	return b
}

func appendOptional(b []byte, field, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(append(b, field...), value)
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
		if isSpecial[s[at]] && (s[at] != first2028 || isSeparator(s[at:])) {
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
		special[c] = c < ' ' || c == '"' || c == '\\' || c == first2028
	}
	return special
}()

// first2028 is what the separators of lines (U+2028) and of paragraphs (U+2029) begin
// with, which are escaped, and typographic apostrophes, which are not.
const first2028 = 0xe2

func isSeparator(s string) bool {
	return strings.HasPrefix(s, "\u2028") || strings.HasPrefix(s, "\u2029")
}

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
