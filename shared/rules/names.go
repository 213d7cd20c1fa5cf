package rules

import (
	"bytes"
	"cmp"
	gostrings "strings"

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
	var uri [200]byte
	if u := cmp.Or(q.URI, q.Text); gostrings.HasPrefix(u, r.uris.prefix) {
		if i, ok := r.lookup(keyURI, append(uri[:0], u...)); ok {
			return i, true
		}
	}
	var folded [200]byte
	if q.Artist != "" {
		return r.lookup(keyText, appendText(folded[:0], q.Artist, q.Track))
	}
	name := catalog.AppendFold(folded[:0], cmp.Or(q.Track, q.Text))
	if q.Track == "" && bytes.Contains(name, []byte(separator)) {
		if i, ok := r.lookup(keyText, name); ok {
			return i, true
		}
	}
	return r.lookup(keyName, name)
}

// FindArtist gives the artist of that name, regardless of case, accents and
// Unicode form. It is known by its best-supported track.
func (r *Rules) FindArtist(name string) (Artist, bool) {
	var folded [200]byte
	i, ok := r.lookup(keyArtist, catalog.AppendFold(folded[:0], name))
	if !ok {
		return 0, false
	}
	return Artist(r.tracks[i].artist), true
}

// separator stands between artist and name.
const separator = " - "

// appendText appends what is known of a track's names, folded, in one string.
func appendText(to []byte, artist, name string) []byte {
	to = catalog.AppendFold(to, artist)
	to = append(to, separator...)
	return catalog.AppendFold(to, name)
}

// appendText appends the folded "artist - name" of item i.
func (r *Rules) appendText(to []byte, i mining.Item) []byte {
	to = append(r.appendArtist(to, i), separator...)
	return r.appendName(to, i)
}

// appendName appends the folded name of item i.
func (r *Rules) appendName(to []byte, i mining.Item) []byte {
	return r.search.names.append(to, r.names.at(i), i)
}

// appendArtist appends the folded name of item i's artist.
func (r *Rules) appendArtist(to []byte, i mining.Item) []byte {
	return r.search.artists.append(to, r.artists.at(r.tracks[i].artist), r.tracks[i].artist)
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
