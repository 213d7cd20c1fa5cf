package rules

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// A Query names a track as a request does: either Text alone, or what the
// request knows of URI, Track and Artist.
type Query struct {
	Text               string // a URI, or "Artist - Track", or a track's name
	URI, Track, Artist string
}

// Find gives the track that q names; where several artists have a song of that
// name, the one of which the best supported version is. A URI is matched as it is, names regardless of case, accents
// and Unicode form. The notes of a version, what follows " - " or stands in
// brackets, may be left out: "Yesterday" also means "Yesterday - Remastered
// 2009", unless its artist has a track that is called just so. And there may be
// notes where no track has any: "The Beatles - Yesterday - Live" means
// "Yesterday", if there is one. A track with another artist than q's is no match.
func (r *Rules) Find(q Query) (mining.Item, bool) {
	var folded [200]byte
	return r.find(q, q.key(folded[:0]))
}

// key is what q names a track by, if not by a URI. Its text lies in the memory of to,
// which is empty, if it fits.
func (q Query) key(to []byte) key {
	if q.Artist != "" {
		to = append(catalog.AppendFold(to, q.Artist), separator...)
		return key{keyText, catalog.AppendFold(to, q.Track), len(to)}
	}
	text := catalog.AppendFold(to, cmp.Or(q.Track, q.Text))
	if q.Track == "" && bytes.Contains(text, []byte(separator)) {
		return key{kind: keyText, text: text}
	}
	return key{kind: keyName, text: text}
}

// find is Find, given the key of q.
func (r *Rules) find(q Query, k key) (mining.Item, bool) {
	var uri [200]byte
	if u := cmp.Or(q.URI, q.Text); strings.HasPrefix(u, r.uris.prefix) {
		if i, ok := r.lookup(key{kind: keyURI, text: append(uri[:0], u...)}); ok {
			return i, true
		}
	}
	if i, ok := r.lookup(k); ok {
		return i, true
	}
	if q.Artist != "" {
		return r.lookupWithoutNotes(k, k.name, notes)
	}
	name := key{kind: keyName, text: k.text}
	if k.kind == keyText { // or that is all one name
		if i, ok := r.lookup(name); ok {
			return i, true
		}
		artist := bytes.Index(k.text, []byte(separator))
		if i, ok := r.lookupWithoutNotes(k, artist+len(separator), notes); ok {
			return i, true
		}
	}
	// An artist may stand before a dash here, so only brackets behind it are notes.
	return r.lookupWithoutNotes(name, max(0, bytes.LastIndex(k.text, []byte(separator))), brackets)
}

// lookupWithoutNotes finds the item that is called what the key says without
// some of its notes, which stand behind that byte.
func (r *Rules) lookupWithoutNotes(k key, behind int, notes []string) (mining.Item, bool) {
	for range maxNotes {
		if k.text = withoutNote(k.text, behind, notes); k.text == nil {
			break
		}
		// One that has notes itself has others: another movement, another remix.
		if i, ok := r.lookup(k); ok && r.isCalled(i, k) {
			return i, true
		}
	}
	return 0, false
}

// maxNotes is how many notes of a query are looked behind.
const maxNotes = 4

// withoutNote is the text without the last note that begins behind that byte; nil
// if there is none.
func withoutNote(text []byte, behind int, notes []string) []byte {
	last := -1
	for _, note := range notes {
		last = max(last, bytes.LastIndex(text[behind:], []byte(note)))
	}
	if last <= 0 {
		return nil
	}
	left := bytes.TrimSuffix(text[behind:behind+last], []byte(" -")) // of "Yesterday - (Live)"
	if len(left) == 0 {
		return nil
	}
	return text[:behind+len(left)]
}

// FindArtist gives the artist of that name, regardless of case, accents and
// Unicode form. It is known by its best-supported track.
func (r *Rules) FindArtist(name string) (Artist, bool) {
	var folded [200]byte
	i, ok := r.lookup(key{kind: keyArtist, text: catalog.AppendFold(folded[:0], name)})
	if !ok {
		return 0, false
	}
	return Artist(r.tracks[i].artist), true
}

// separator stands between artist and name.
const separator = " - "

// appendText appends the folded "artist - name" of item i.
func (r *Rules) appendText(to []byte, i mining.Item) []byte {
	return r.called(to, i, keyText).text
}

// appendName appends the folded name of item i.
func (r *Rules) appendName(to []byte, i mining.Item) []byte {
	return r.search.names.append(to, r.names.at(i), i)
}

// appendArtist appends the folded name of item i's artist.
func (r *Rules) appendArtist(to []byte, i mining.Item) []byte {
	return r.search.artists.append(to, r.artists.at(r.tracks[i].artist), r.tracks[i].artist)
}

// What the notes of a version begin with.
var (
	brackets = []string{" (", " ["}
	notes    = append([]string{separator}, brackets...)
)

// base is a folded name without the notes of its version.
func base(name string) string {
	for _, note := range notes {
		if at := strings.Index(name, note); at > 0 {
			name = name[:at]
		}
	}
	return name
}

// beginsNote tells whether a note of a version begins there.
func beginsNote(text []byte) bool {
	return slices.ContainsFunc(notes, func(note string) bool { return bytes.HasPrefix(text, []byte(note)) })
}
