package rules

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// searchIndex is what a search needs beside the names themselves: the folded
// forms of those that have others than their words in lower case.
type searchIndex struct {
	names, artists foldedNames
}

// foldedNames are folded forms of some of a column of names.
type foldedNames struct {
	numbers []uint32 // ascending: which names they are the forms of
	forms   texts
}

func (f *foldedNames) slice(s *[sectionEnd][]byte, numbers, offsets, bytes int) error {
	return errors.Join(column(s, numbers, &f.numbers), f.forms.slice(s, offsets, bytes))
}

func (f *foldedNames) check(what string, n int) error {
	if !slices.IsSorted(f.numbers) {
		return errors.New(what + " are out of order")
	}
	return errors.Join(indices(what, f.numbers, len(f.numbers), n), f.forms.check(what, len(f.numbers)))
}

// append appends the folded form of a name, which is that of number i.
func (f *foldedNames) append(to []byte, name string, i uint32) []byte {
	if folded, ok := catalog.AppendFoldASCII(to, name); ok {
		return folded
	}
	at, found := slices.BinarySearch(f.numbers, i)
	if !found { // damaged
		return catalog.AppendFold(to, name)
	}
	return append(to, f.forms.at(uint32(at))...)
}

// foldedOf lists the names whose words do not fold to their lower case.
func foldedOf(names *texts) (f foldedNames) {
	var forms blob
	for i := range uint32(names.len()) {
		if name := names.at(i); !foldsToLower(name) {
			f.numbers = append(f.numbers, i)
			forms.add(catalog.Fold(name))
		}
	}
	f.forms = texts(forms)
	return f
}

// foldsToLower tells whether a name's words fold to their lower case: those in
// ASCII do, but for one kind of apostrophe.
func foldsToLower(name string) bool {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf || name[i] == '`' {
			return false
		}
	}
	return true
}

// Search finds tracks as a person types: every word of query begins a word of
// the artist or the name. Most popular first, at most limit.
func (r *Rules) Search(query string, limit int) []mining.Item {
	words := strings.Fields(catalog.Fold(query))
	slices.Sort(words)
	words = slices.Compact(words)
	found := []mining.Item{}
	if len(words) == 0 {
		for i := range min(limit, r.Len()) {
			found = append(found, mining.Item(i))
		}
		return found
	}
	// The longest word is the rarest; the tracks in which it occurs are few.
	rare := slices.MaxFunc(words, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	byName, byArtist := newOccurrences(&r.names, &r.search.names, rare), r.artistsWith(rare)
	var text []byte
	for i := mining.Item(0); len(found) < limit; i++ {
		for i < byName.next && !byArtist[r.tracks[i].artist] {
			i++
		}
		if int(i) >= r.Len() {
			break
		}
		byName.pass(i)
		text = r.appendText(text[:0], i)
		if beginsWords(text, words) {
			found = append(found, i)
		}
	}
	return found
}

// artistsWith tells which artists' names hold a word.
func (r *Rules) artistsWith(word string) []bool {
	with := make([]bool, r.artists.len())
	for o := newOccurrences(&r.artists, &r.search.artists, word); int(o.next) < len(with); o.pass(o.next) {
		with[o.next] = true
	}
	return with
}

// occurrences walks over the names that hold a folded word, in their order.
type occurrences struct {
	next uint32 // name that holds it, or how many names there are

	plain, folded cursorOver
	numbers       []uint32 // names that the folded forms are of
	count         uint32
}

func newOccurrences(names *texts, folded *foldedNames, word string) *occurrences {
	o := &occurrences{
		plain: newCursorOver(names, word), folded: newCursorOver(&folded.forms, word),
		numbers: folded.numbers, count: uint32(names.len()),
	}
	o.settle()
	return o
}

// pass goes to the next name behind number i.
func (o *occurrences) pass(i uint32) {
	if i < o.next {
		return
	}
	for o.plain.at <= i && int(o.plain.at) < o.plain.in.len() {
		o.plain.advance()
	}
	for int(o.folded.at) < len(o.numbers) && o.numbers[o.folded.at] <= i {
		o.folded.advance()
	}
	o.settle()
}

func (o *occurrences) settle() {
	o.next = min(o.plain.at, o.count)
	if int(o.folded.at) < len(o.numbers) {
		o.next = min(o.next, o.numbers[o.folded.at])
	}
}

// cursorOver walks over the strings of a column that hold a word, whatever the
// case of their ASCII letters.
type cursorOver struct {
	at uint32 // the string; the column's length behind the last

	in           *texts
	word         string // in lower case
	lower, upper int    // next places of the word's first letter in either case
}

func newCursorOver(in *texts, word string) cursorOver {
	c := cursorOver{in: in, word: word, lower: -1, upper: -1}
	c.from(0)
	return c
}

// advance goes to the next string that holds the word.
func (c *cursorOver) advance() { c.from(int(c.in.offsets[c.at+1])) }

// from goes to the first string that holds the word at that byte or behind it.
func (c *cursorOver) from(position int) {
	first := c.word[0]
	for {
		c.lower = c.place(c.lower, position, first)
		c.upper = c.place(c.upper, position, upper(first))
		position = min(c.lower, c.upper)
		if position+len(c.word) > len(c.in.bytes) {
			c.at = uint32(c.in.len())
			return
		}
		if equalFold(c.in.bytes[position:position+len(c.word)], c.word) {
			after, _ := slices.BinarySearch(c.in.offsets, uint32(position)+1)
			c.at = uint32(after - 1)
			return
		}
		position++
	}
}

// place is the first byte b from position on, known to be no earlier than last.
func (c *cursorOver) place(last, position int, b byte) int {
	if last >= position {
		return last
	}
	at := bytes.IndexByte(c.in.bytes[position:], b)
	if at < 0 {
		return len(c.in.bytes)
	}
	return position + at
}

func equalFold(b []byte, lower string) bool {
	for i := range b {
		if b[i] != lower[i] && (b[i] != upper(lower[i])) {
			return false
		}
	}
	return true
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - ('a' - 'A')
	}
	return c
}

// beginsWords tells whether each word begins a word of text.
func beginsWords(text []byte, words []string) bool {
	for _, w := range words {
		if !beginsWord(text, w) {
			return false
		}
	}
	return true
}

func beginsWord(text []byte, word string) bool {
	for from := 0; ; from++ {
		at := bytes.Index(text[from:], []byte(word))
		if at < 0 {
			return false
		}
		from += at
		if before, _ := utf8.DecodeLastRune(text[:from]); from == 0 || !unicode.In(before, unicode.L, unicode.M, unicode.N) {
			return true
		}
	}
}
