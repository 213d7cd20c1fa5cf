package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

const (
	// maxJSON bounds a playlist (or any value beside the playlists) in bytes.
	maxJSON = 16 << 20
	// maxToken bounds what may come before and between the values.
	maxToken = 64 << 10
)

// mpdTrack is an element of a playlist's "tracks"; what else it has is ignored.
type mpdTrack struct {
	URI    string `json:"track_uri"`
	Name   string `json:"track_name"`
	Artist string `json:"artist_name"`
	Album  string `json:"album_name"`
}

// readMPD reads slices of the Million Playlist Dataset, one or several, one
// after the other. Each element of "playlists" is a playlist of its own; one
// without tracks is none.
func readMPD(b *builder, r io.Reader) error {
	text := &jsonText{r: transform.NewReader(r, encoding.UTF8Validator)}
	m := &mpdReader{b: b, text: text, dec: json.NewDecoder(text)}
	for {
		more, err := m.slice()
		if err != nil {
			return m.refusal(err)
		}
		if !more {
			return nil
		}
	}
}

// mpdReader reads slices value by value.
type mpdReader struct {
	b    *builder
	dec  *json.Decoder
	text *jsonText
	raw  json.RawMessage // the value last read
}

// slice reads a slice; more is false if there was none left.
func (m *mpdReader) slice() (more bool, err error) {
	open, err := m.token()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if open != json.Delim('{') {
		return false, refuse("JSON, but no slice of the Million Playlist Dataset: it must be an object with \"playlists\"")
	}
	var names []string
	playlists := false
	for m.more() {
		name, err := m.token()
		if err != nil {
			return false, unexpectedEnd(err)
		}
		names = append(names, fmt.Sprint(name))
		if name == "playlists" {
			playlists = true
			err = m.playlists()
		} else {
			err = m.value()
		}
		if err != nil {
			return false, err
		}
	}
	if _, err := m.token(); err != nil { // the closing brace
		return false, unexpectedEnd(err)
	}
	if !playlists {
		return false, refuse("JSON, but no slice of the Million Playlist Dataset: it must have \"playlists\", and has %s", list(names))
	}
	return true, nil
}

func (m *mpdReader) playlists() error {
	open, err := m.token()
	if err != nil {
		return unexpectedEnd(err)
	}
	if open != json.Delim('[') {
		return refuse("\"playlists\" is no array: is this a slice of the Million Playlist Dataset?")
	}
	for m.more() {
		if err := m.value(); err != nil {
			return err
		}
		if err := m.playlist(); err != nil {
			return atLine(m.line()-bytes.Count(m.raw, []byte{'\n'}), err)
		}
	}
	_, err = m.token() // the closing bracket
	return unexpectedEnd(err)
}

// playlist takes the playlist in m.raw.
func (m *mpdReader) playlist() error {
	var p struct {
		Tracks *[]mpdTrack `json:"tracks"`
	}
	if err := json.Unmarshal(m.raw, &p); err != nil {
		return wrongType(err)
	}
	if p.Tracks == nil {
		return refuse("the playlist that starts here has no \"tracks\": is this a slice of the Million Playlist Dataset?")
	}
	if len(*p.Tracks) == 0 {
		return nil
	}
	number := m.b.newPlaylist()
	for i, t := range *p.Tracks {
		r := row{track: []byte(t.Name), artist: []byte(t.Artist), album: []byte(t.Album), uri: []byte(t.URI)}
		if err := m.b.addTo(number, r); err != nil {
			return refuse("track %d of the playlist that starts here: %v", i+1, err)
		}
	}
	return nil
}

// more tells whether the array or object goes on.
func (m *mpdReader) more() bool {
	m.text.left = maxToken
	return m.dec.More()
}

// token reads a delimiter or a name.
func (m *mpdReader) token() (json.Token, error) {
	m.text.left = maxToken
	return m.dec.Token()
}

// value reads a whole value into m.raw.
func (m *mpdReader) value() error {
	m.text.left = maxJSON
	return unexpectedEnd(m.dec.Decode(&m.raw))
}

// unexpectedEnd is for what must not be the end of the text.
func unexpectedEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
