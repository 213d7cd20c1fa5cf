package rules

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/zeebo/xxh3"

	"segue.dev/shared/mining"
)

func TestParseRefuses(t *testing.T) {
	good := encode(t, songs, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
	change := func(at int, b byte) []byte {
		bad := bytes.Clone(good)
		bad[at] ^= b
		return bad
	}
	for name, c := range map[string]struct {
		object []byte
		want   string
	}{
		"nothing":       {nil, "not a rule set: 0 bytes"},
		"foreign":       {[]byte("<html>" + string(make([]byte, 100))), "not a rule set"},
		"cut short":     {good[:len(good)-1], "was cut short or extended"},
		"extended":      {append(bytes.Clone(good), 0), "was cut short or extended"},
		"other version": {change(8, 1), fmt.Sprintf("format version %d:", formatVersion^1)},
		"flipped bit":   {change(len(good)-1, 1), "corrupt: checksum"},
		"damaged table": {change(headerSize, 1), "corrupt: checksum"},
	} {
		_, err := Parse(c.object)
		if err == nil || !bytes.Contains([]byte(err.Error()), []byte(c.want)) {
			t.Errorf("%s: error is %v, want %q", name, err, c.want)
		}
	}
}

// TestPlaylistsAreCounted refuses a number by which no lift could be told.
func TestPlaylistsAreCounted(t *testing.T) {
	content, err := contentOf(songs, &mining.Transactions{NumItems: len(songs)}, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
	if err != nil {
		t.Fatal(err)
	}
	for i := range content.Supports {
		content.Supports[i] = 1
	}
	b, err := Encode(Info{Dataset: Dataset{Playlists: -20}}, content)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(b); err == nil || !strings.Contains(err.Error(), "of -20 playlists") {
		t.Errorf("error is %v", err)
	}
}

// TestNoByteIsTrusted changes every byte of the object and mends the checksum:
// Parse must refuse it, or what it gives must be safe to ask.
func TestNoByteIsTrusted(t *testing.T) {
	good := rankedBy(t, by(featureTracks, 1))
	refused := 0
	for at := range good {
		for _, x := range []byte{1, 0x80, 0xff} {
			if !exercise(flip(good, at, x)) {
				refused++
			}
		}
	}
	if refused == 0 || refused == 3*len(good) {
		t.Errorf("%d of %d changes were refused", refused, 3*len(good))
	}
}

func FuzzParse(f *testing.F) {
	f.Add(encode(f, songs, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 3}))
	f.Add(encode(f, nil, nil, mining.RuleOptions{MinSupport: 1, MaxSize: 2}))
	f.Add([]byte(magic))
	f.Fuzz(func(_ *testing.T, b []byte) { exercise(flip(b, 0, 0)) })
}

// flip changes one byte of a copy and makes header's size and checksum fit.
func flip(b []byte, at int, x byte) []byte {
	b = bytes.Clone(b)
	if at < len(b) {
		b[at] ^= x
	}
	if len(b) >= headerSize {
		binary.LittleEndian.PutUint64(b[16:], uint64(len(b)))
		binary.LittleEndian.PutUint64(b[24:], xxh3.Hash(b[headerSize:]))
	}
	return b
}

// exercise asks all that can be asked of an object, if it is accepted.
func exercise(b []byte) (accepted bool) {
	r, err := Parse(b)
	if err != nil {
		return false
	}
	queries := []Query{{Text: "home"}}
	for i := range min(r.Len(), 10) {
		item := mining.Item(i)
		track := r.Track(item)
		queries = append(queries, Query{Text: track.Name}, Query{URI: track.URI, Artist: track.Artist, Track: track.Name})
		artist, _ := r.FindArtist(track.Artist)
		artists := []Artist{artist}[:min(1, r.artists.len())]
		for _, rec := range r.Recommend(Request{Seeds: []mining.Item{item}, Artists: artists, Limit: 5}).Recommendations {
			for _, reason := range rec.Because {
				if !(reason.Lift >= 0 && reason.Lift <= math.MaxFloat64) || !(rec.Score >= 0) {
					panic(fmt.Sprint(reason))
				}
			}
		}
	}
	r.Search("h", 10)
	r.Resolve(queries)
	return true
}
