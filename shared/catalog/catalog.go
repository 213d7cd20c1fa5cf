// Package catalog says what a track is and when two names are the same.
//
// Items are numbered by support: item 0 is the track that occurs in most
// playlists. So the order of items is the order of popularity, and of several
// tracks with one name the lowest item is the best supported.
package catalog

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A Track is one item of the catalog: what a dataset knows of it. Fields are
// empty where the dataset does not say.
type Track struct {
	URI    string `json:"uri,omitempty"`
	Name   string `json:"track"`
	Artist string `json:"artist,omitempty"`
	Album  string `json:"album,omitempty"`
}

// Fold maps the names that a person takes for the same to one string: it
// drops case, accents, the Unicode form, typographic punctuation and repeated
// or outer white space. Fold(Fold(s)) = Fold(s).
func Fold(s string) string {
	var memory [200]byte
	folded := AppendFold(memory[:0], s)
	if string(folded) == s { // compared in place
		return s
	}
	return string(folded)
}

// AppendFold appends Fold(s) to to. It allocates only where s has other characters than
// ASCII, U+00C0 to U+017F and U+2019, or to is too short.
func AppendFold(to []byte, s string) []byte {
	if folded, ok := AppendFoldASCII(to, s); ok {
		return folded
	}
	if folded, ok := appendFoldLatin(to, s); ok {
		return folded
	}
	return append(to, foldUnicode(s)...)
}

// AppendFoldASCII is AppendFold for a string that is ASCII; for others it
// appends nothing, and ok is false.
func AppendFoldASCII(to []byte, s string) (_ []byte, ok bool) {
	to = slices.Grow(to, len(s))
	folded := to[len(to) : len(to)+len(s)]
	n, before := 0, byte(' ')
	for i := range len(s) {
		c := foldedASCII[s[i]]
		if c == 0 {
			return to, false
		}
		folded[n] = c        // overwritten by the next if it is a space behind another
		if c|before != ' ' { // one of them is not a space
			n++
		}
		before = c
	}
	if n > 0 && folded[n-1] == ' ' {
		n--
	}
	return to[:len(to)+n], true
}

// foldedASCII is what each character of ASCII folds to, a space for all white space and
// controls, and 0 for other bytes.
var foldedASCII = func() (folded [256]byte) {
	for c := range byte(0x80) {
		switch {
		case c <= ' ' || c == 0x7f:
			folded[c] = ' '
		case 'A' <= c && c <= 'Z':
			folded[c] = c + 'a' - 'A'
		case c == '`':
			folded[c] = '\''
		default:
			folded[c] = c
		}
	}
	return folded
}()

func foldUnicode(s string) string {
	// Lower case last: folding turns Cherokee's two cases into each other.
	s = strings.ToLower(cases.Fold().String(norm.NFKD.String(s)))
	// Folding may compose or decompose again ("İ"), hence the second pass.
	s = strings.Map(foldRune, norm.NFKD.String(s))
	return strings.Join(strings.Fields(s), " ")
}

// foldRune drops combining marks and gives apostrophes, quotes and dashes one form.
func foldRune(r rune) rune {
	switch {
	case unicode.Is(unicode.Mn, r):
		return -1
	case r == '’' || r == '‘' || r == '`' || r == '´' || r == 'ʼ':
		return '\''
	case r == '“' || r == '”':
		return '"'
	case r == '–' || r == '—' || r == '‐':
		return '-'
	case unicode.IsControl(r):
		return ' '
	}
	return r
}
