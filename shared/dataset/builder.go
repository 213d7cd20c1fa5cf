package dataset

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"strings"

	"golang.org/x/text/unicode/norm"
)

const (
	// maxTracks leaves the largest uint32 free to mean "no item".
	maxTracks = math.MaxUint32 - 1
	// maxField bounds a name in bytes. The longest real titles have a few
	// hundred; a field above this is a quote that was never closed.
	maxField = 64 << 10
)

// A row is an entry as the dataset has it: one track in one playlist.
type row struct {
	playlist, track, artist, album, uri []byte
}

// A builder collects entries, numbering playlists and tracks as they come.
// It copies what it keeps.
type builder struct {
	entries   entries
	playlists *index // by key
	nextList  uint32
	lastKey   []byte // playlist of the previous row: rows of one playlist mostly come together
	lastList  uint32

	items  *index  // by URI, or by name, NUL, artist
	tracks []Track // by item
	limit  int     // of len(tracks)
	names  *index  // artists and albums, each held once
	arena  arena
	key    []byte // scratch: of the track at hand
	hasURI bool   // b.key is a URI
	text   []byte // scratch
}

func newBuilder() *builder {
	return &builder{playlists: newIndex(), items: newIndex(), names: newIndex(), limit: maxTracks}
}

// add takes an entry of the playlist that the row names.
func (b *builder) add(r row) error {
	playlist, err := b.playlist(r.playlist)
	if err != nil {
		return err
	}
	return b.addTo(playlist, r)
}

// addTo takes an entry of a playlist known by its number.
func (b *builder) addTo(playlist uint32, r row) error {
	item, err := b.item(r)
	if err != nil {
		return err
	}
	b.entries.append(entry{playlist, item})
	return nil
}

// playlist returns the number of the playlist with that key.
func (b *builder) playlist(key []byte) (uint32, error) {
	if len(b.lastKey) > 0 && bytes.Equal(key, b.lastKey) {
		return b.lastList, nil
	}
	b.text = appendText(b.text[:0], key)
	if len(b.text) == 0 {
		return 0, refuse("the playlist is empty: give the row its playlist, or remove it")
	}
	if len(b.text) > maxField {
		return 0, tooLong("playlist", b.text)
	}
	number, known := b.playlists.find(b.text)
	if !known {
		number = b.newPlaylist()
		b.playlists.add(b.arena.hold(b.text))
	}
	b.lastKey, b.lastList = append(b.lastKey[:0], key...), number
	return number, nil
}

// newPlaylist numbers a playlist that no later row can name.
func (b *builder) newPlaylist() uint32 {
	b.nextList++
	return b.nextList - 1
}

// item returns the number of the row's track.
func (b *builder) item(r row) (uint32, error) {
	if err := b.itemKey(r); err != nil {
		return 0, err
	}
	if item, known := b.items.find(b.key); known {
		return item, nil
	}
	return b.newTrack(r)
}

// itemKey makes b.key what the row's track is known by: its URI, or else its
// name, NUL, its artist.
func (b *builder) itemKey(r row) error {
	b.key = appendText(b.key[:0], r.uri)
	separators := 0
	if len(b.key) == 0 {
		b.key = appendText(b.key, r.track)
		if len(b.key) == 0 {
			return refuse("the track has neither a name nor a URI: give it one, or remove the entry")
		}
		b.key = append(b.key, 0)
		b.key = appendText(b.key, r.artist)
		separators = 1
	}
	if bytes.Count(b.key, []byte{0}) != separators {
		return refuse("a NUL character in the track %.60q: remove it", b.key)
	}
	b.hasURI = separators == 0
	return nil
}

// newTrack puts the track with key b.key into the catalog. Without a URI, name
// and artist are parts of the key, so that nothing is held twice.
func (b *builder) newTrack(r row) (uint32, error) {
	if len(b.tracks) >= b.limit {
		return 0, refuse("more than %d different tracks: split the dataset", b.limit)
	}
	for _, text := range [][]byte{r.uri, r.track, r.artist, r.album} {
		if len(text) > maxField {
			return 0, tooLong("field", text)
		}
	}
	key := b.arena.hold(b.key)
	t := Track{Album: b.intern(r.album)}
	if b.hasURI {
		t.URI = key
		b.text = appendText(b.text[:0], r.track)
		t.Name = cmp.Or(b.arena.hold(b.text), key)
		t.Artist = b.intern(r.artist)
	} else {
		t.Name, t.Artist, _ = strings.Cut(key, "\x00")
	}
	b.tracks = append(b.tracks, t)
	return b.items.add(key), nil
}

// intern returns the text as a string of which there is one copy.
func (b *builder) intern(text []byte) string {
	b.text = appendText(b.text[:0], text)
	if len(b.text) == 0 {
		return ""
	}
	number, known := b.names.find(b.text)
	if !known {
		number = b.names.add(b.arena.hold(b.text))
	}
	return b.names.keys[number]
}

// appendText appends text, trimmed and in Unicode normal form C.
func appendText(dst, text []byte) []byte {
	text = bytes.TrimSpace(text)
	if isASCII(text) {
		return append(dst, text...)
	}
	if norm.NFC.QuickSpan(text) == len(text) {
		return append(dst, text...)
	}
	return norm.NFC.Append(dst, text...)
}

// isASCII tells whether the text is in normal form C at first sight, eight
// bytes at a time.
func isASCII(text []byte) bool {
	for ; len(text) >= 8; text = text[8:] {
		if binary.NativeEndian.Uint64(text)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range text {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

func tooLong(what string, text []byte) error {
	return refuse("a %s of %d bytes, where %d are allowed (it starts %.40q): is a closing quote or a separator missing?", what, len(text), maxField, text)
}
