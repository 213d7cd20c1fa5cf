package rules

import (
	"bytes"
	"cmp"
	"slices"
	gostrings "strings"

	"github.com/cespare/xxhash/v2"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// A Query names a track as a request does: either Text alone, or what the
// request knows of URI, Track and Artist.
type Query struct {
	Text               string // a URI, or "Artist - Track", or a track's name
	URI, Track, Artist string
}

// Find gives the track that q names, the best supported one where several
// have that name. A URI is matched as it is, names regardless of case, accents
// and Unicode form. What follows " - " or stands in brackets may be left out:
// "Yesterday" also means "Yesterday - Remastered 2009". A track with another
// artist than q's is no match.
func (r *Rules) Find(q Query) (mining.Item, bool) {
	if i, ok := r.lookup(keyURI, cmp.Or(q.URI, q.Text)); ok {
		return i, true
	}
	if q.Artist != "" {
		return r.lookup(keyText, text(catalog.Fold(q.Artist), catalog.Fold(q.Track)))
	}
	name := catalog.Fold(cmp.Or(q.Track, q.Text))
	if i, ok := r.lookup(keyText, name); ok && q.Track == "" {
		return i, true
	}
	return r.lookup(keyName, name)
}

// Search finds tracks as a person types: every word of query begins a word of
// the artist or the name. Most popular first, at most limit.
func (r *Rules) Search(query string, limit int) []mining.Item {
	words := gostrings.Fields(catalog.Fold(query))
	found := []mining.Item{}
	if len(words) == 0 {
		for i := range min(limit, r.Len()) {
			found = append(found, mining.Item(i))
		}
		return found
	}
	// The longest word is the rarest; the items in which it occurs are few.
	longest := []byte(slices.MaxFunc(words, func(a, b string) int { return cmp.Compare(len(a), len(b)) }))
	for from := 0; len(found) < limit; {
		at := bytes.Index(r.texts.bytes[from:], longest)
		if at < 0 {
			break
		}
		i := r.itemAt(uint32(from + at))
		if beginsWords(r.texts.at(i), words) {
			found = append(found, i)
		}
		from = int(r.texts.offsets[i+1])
	}
	return found
}

// itemAt is the item whose text covers that byte.
func (r *Rules) itemAt(position uint32) mining.Item {
	after, _ := slices.BinarySearch(r.texts.offsets, position+1)
	return mining.Item(after - 1)
}

// beginsWords tells whether each word begins a word of text.
func beginsWords(text string, words []string) bool {
	for _, w := range words {
		if !beginsWord(text, w) {
			return false
		}
	}
	return true
}

func beginsWord(text, word string) bool {
	for from := 0; ; from++ {
		at := gostrings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		from += at
		if from == 0 || !isWordByte(text[from-1]) {
			return true
		}
	}
}

func isWordByte(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// The ways to name a track, each a space of keys of its own.
const (
	keyURI    = 'u' // as the dataset has it
	keyText   = 't' // folded "artist - name"
	keyName   = 'n' // folded name
	keyArtist = 'a' // folded artist
)

const separator = " - "

// text is what is known of a track's names, folded, in one string.
func text(artist, name string) string { return artist + separator + name }

// lookup finds the item that the key names. Equal hashes are told apart by the
// strings themselves.
func (r *Rules) lookup(kind byte, key string) (mining.Item, bool) {
	if key == "" {
		return 0, false
	}
	h := hash(kind, key)
	at, _ := slices.BinarySearch(r.keyHashes, h)
	for ; at < len(r.keyHashes) && r.keyHashes[at] == h; at++ {
		if r.hasKey(r.keyItems[at], kind, key) {
			return r.keyItems[at], true
		}
	}
	return 0, false
}

func (r *Rules) hasKey(i mining.Item, kind byte, key string) bool {
	switch kind {
	case keyURI:
		return r.uris.at(i) == key
	case keyText:
		return gostrings.HasPrefix(r.texts.at(i), key)
	case keyName:
		return gostrings.Contains(r.texts.at(i), separator+key)
	default:
		return gostrings.HasPrefix(r.texts.at(i), key+separator)
	}
}

// FindArtist gives the artist of that name, regardless of case, accents and
// Unicode form. It is known by its best-supported track.
func (r *Rules) FindArtist(name string) (Artist, bool) {
	i, ok := r.lookup(keyArtist, catalog.Fold(name))
	if !ok {
		return 0, false
	}
	return Artist(r.artistOf[i]), true
}

// base is a folded name without the notes of its version.
func base(name string) string {
	for _, note := range []string{separator, " (", " ["} {
		if at := gostrings.Index(name, note); at > 0 {
			name = name[:at]
		}
	}
	return name
}

// hash is 32 bits long: of 10⁶ keys some hundred share theirs with another.
func hash(kind byte, key string) uint32 {
	var d xxhash.Digest
	d.ResetWithSeed(uint64(kind))
	d.WriteString(key)
	return uint32(d.Sum64())
}

// keyIndex gathers the keys of all tracks: sorted hashes, and for each the
// item. Of several items with one key only the lowest is kept, the best
// supported.
type keyIndex struct {
	entries []keyEntry
	seen    map[string]struct{}
}

type keyEntry struct {
	hash uint32
	item mining.Item
}

func (x *keyIndex) add(i mining.Item, uri, artist, name string) {
	x.addKey(i, keyURI, uri)
	x.addKey(i, keyArtist, artist)
	for _, n := range slices.Compact([]string{name, base(name)}) {
		if n != "" {
			x.addKey(i, keyText, text(artist, n))
			x.addKey(i, keyName, n)
		}
	}
}

// addKey adds a key that no lower item has.
func (x *keyIndex) addKey(i mining.Item, kind byte, key string) {
	id := string(kind) + key
	if _, known := x.seen[id]; known || key == "" {
		return
	}
	x.seen[id] = struct{}{}
	x.entries = append(x.entries, keyEntry{hash(kind, key), i})
}

func (x *keyIndex) columns() (hashes []uint32, items []mining.Item) {
	slices.SortFunc(x.entries, func(a, b keyEntry) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.item, b.item))
	})
	for _, e := range x.entries {
		hashes, items = append(hashes, e.hash), append(items, e.item)
	}
	return hashes, items
}
