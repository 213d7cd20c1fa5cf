package main

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"
)

// appendString appends a string. It leaves what has to be escaped to encoding/json.
func appendString(b []byte, s string) []byte {
	if to, ok := appendUnescaped(append(b, '"'), s); ok {
		return append(to, '"')
	}
	return appendEscaped(b, s)
}

// appendParts appends a string that is in two parts.
func appendParts(b []byte, first, second string) []byte {
	if to, ok := appendUnescaped(append(b, '"'), first); ok {
		if to, ok = appendUnescaped(to, second); ok {
			return append(to, '"')
		}
	}
	return appendEscaped(b, first+second)
}

// appendUnescaped appends a string that is written as it is, eight bytes at a time; the last
// eight may begin among those before. Of others it appends nothing, and ok is false.
func appendUnescaped(b []byte, s string) (_ []byte, ok bool) {
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
		return appendBytes(b, s)
	}
	return b[:len(b)+len(s)], true
}

// appendShort is appendUnescaped for less than eight bytes.
func appendShort(b []byte, s string) (_ []byte, ok bool) {
	for at := range len(s) {
		if c := s[at]; isSpecial[c] || c >= utf8.RuneSelf {
			return appendBytes(b, s)
		}
	}
	return append(b, s...), true
}

// appendBytes is appendUnescaped byte by byte, for what is not all ASCII that is written as
// it is.
func appendBytes(b []byte, s string) (_ []byte, ok bool) {
	for at := range len(s) {
		if isSpecial[s[at]] && (s[at] != first2028 || isSeparator(s[at:])) {
			return b, false
		}
	}
	if !utf8.ValidString(s) {
		return b, false
	}
	return append(b, s...), true
}

// eightAt are the eight bytes there, the first in the lowest bits. (encoding/binary reads no
// strings. The compiler makes one step of it.)
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

func appendEscaped(b []byte, s string) []byte {
	b, _ = appendEncoded(b, s) // a string: cannot fail
	return b[:len(b)-1]        // without the newline
}
