package dataset

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"unicode/utf8"
)

// Whatever the bytes, Read gives a sound dataset or a refusal, and the same
// from a stream as from a file.
func FuzzRead(f *testing.F) {
	csv := []byte("pid,track_name,artist_name\n1,\"A, \"\"B\"\"\",X\n1,C,\n2,C,\n")
	for _, seed := range [][]byte{
		csv, gzipped(csv), zstded(csv),
		[]byte("\ufeffpid;track\r\n1;The \"Best\" of\r\n"),
		[]byte(`{"info":{},"playlists":[{"pid":0,"tracks":[{"track_uri":"u:1","track_name":"A","artist_name":"X","album_name":"L"}]}]}`),
		[]byte("1 2 3\n\n2 3 \n"),
		[]byte("<html>"), []byte("PAR1"), nil,
		smallParquet(f),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Read(bytes.NewReader(text), Options{})
		var refusal *Error
		if err != nil && (!errors.As(err, &refusal) || refusal.Reason == "") {
			t.Fatalf("not a refusal: %v", err)
		}
		if err == nil {
			checkSound(t, d)
		}
		if _, streamed := Read(stream{bytes.NewReader(text)}, Options{}); errorText(streamed) != errorText(err) {
			t.Fatalf("streamed: %v, from a file: %v", streamed, err)
		}
	})
}

// checkSound checks what must hold of every dataset.
func checkSound(t *testing.T, d *Dataset) {
	supports := make([]int, len(d.Tracks))
	for i := range d.Playlists.Len() {
		playlist := slices.Clone(d.Playlists.At(i))
		if len(playlist) == 0 {
			t.Errorf("playlist %d has no tracks", i)
		}
		slices.Sort(playlist)
		if len(slices.Compact(playlist)) != len(d.Playlists.At(i)) {
			t.Errorf("playlist %d has repeats: %v", i, d.Playlists.At(i))
		}
		for _, item := range playlist {
			supports[item]++
		}
	}
	if !slices.IsSortedFunc(supports, func(a, b int) int { return b - a }) || len(supports) == 0 || supports[len(supports)-1] == 0 {
		t.Errorf("supports do not go down, from track to track, to at least 1: %v", supports)
	}
	if d.Playlists.NumItems != len(d.Tracks) || d.Entries < int64(len(d.Playlists.Items)) {
		t.Errorf("%d items, %d tracks, %d entries, %d distinct", d.Playlists.NumItems, len(d.Tracks), d.Entries, len(d.Playlists.Items))
	}
	known := map[string]bool{}
	for _, tr := range d.Tracks {
		if tr.Name == "" || !utf8.ValidString(tr.Name+tr.Artist+tr.Album+tr.URI) || known[identity(tr)] {
			t.Errorf("track %+q", tr)
		}
		known[identity(tr)] = true
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
