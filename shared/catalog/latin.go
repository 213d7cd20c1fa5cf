package catalog

import "strings"

// latin is what each character from À (U+00C0) to ſ (U+017F) folds to: the letters of many
// European languages.
var latin = strings.Fields(`
	a a a a a a æ c e e e e i i i i ð n o o o o o × ø u u u u y þ ss
	a a a a a a æ c e e e e i i i i ð n o o o o o ÷ ø u u u u y þ y
	a a a a a a c c c c c c c c d d đ đ e e e e e e e e e e g g g g
	g g g g h h ħ ħ i i i i i i i i i ı ij ij j j k k ĸ l l l l l l l·
	l· ł ł n n n n n n 'n ŋ ŋ o o o o o o œ œ r r r r r r s s s s s s
	s s t t t t ŧ ŧ u u u u u u u u u u u u w w y y y z z z z z z s`)

// appendFoldLatin is AppendFold for a string of ASCII, these and ’ (U+2019); for others it
// appends nothing, and ok is false. foldUnicode takes many times as long.
func appendFoldLatin(to []byte, s string) (folded []byte, ok bool) {
	folded, before := to, byte(' ')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c < 0x80:
			if c = foldedASCII[c]; c|before != ' ' { // one of them is not a space
				folded = append(folded, c)
			}
			before = c
			i++
			continue
		case 0xc3 <= c && c <= 0xc5 && i+1 < len(s) && s[i+1]&0xc0 == 0x80:
			folded = append(folded, latin[int(c-0xc3)<<6|int(s[i+1]&0x3f)]...)
			i += 2
		case strings.HasPrefix(s[i:], "’"):
			folded = append(folded, '\'')
			i += len("’")
		default:
			return to, false
		}
		before = c
	}
	if n := len(folded); n > len(to) && folded[n-1] == ' ' {
		folded = folded[:n-1]
	}
	return folded, true
}
