package synthetic

import (
	"bytes"
	"slices"
	"testing"

	"segue.dev/shared/dataset"
)

// TestShape holds the playlists to what is known of the Million Playlist
// Dataset: its lengths, its long tail, and in playlists tracks that belong
// together.
func TestShape(t *testing.T) {
	const playlists = 3_000
	var text bytes.Buffer
	if err := WriteCSV(&text, 1, playlists); err != nil {
		t.Fatal(err)
	}
	data, err := dataset.Read(&text, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if data.Playlists.Len() != playlists || data.Entries != int64(len(data.Playlists.Items)) {
		t.Errorf("%d playlists, %d entries, %d of them distinct", data.Playlists.Len(), data.Entries, len(data.Playlists.Items))
	}
	if mean := float64(data.Entries) / playlists; mean < 64 || mean > 68 {
		t.Errorf("a playlist has %.1f tracks on average, want 66", mean)
	}
	supports := data.Playlists.Supports()
	once := len(supports) - slices.Index(supports, 1)
	if share := float64(once) / float64(len(supports)); share < 0.6 || share > 0.8 {
		t.Errorf("a share of %.2f of the tracks is in one playlist, want 0.7", share)
	}
	if top := float64(supports[0]) / playlists; top < 0.02 || top > 0.08 {
		t.Errorf("the most frequent track is in %.3f of the playlists, want 0.05", top)
	}
	longest, sameArtist := 0, 0
	for p := range playlists {
		tracks := data.Playlists.At(p)
		longest = max(longest, len(tracks))
		for i := range len(tracks) - 1 {
			if data.Tracks[tracks[i]].Artist == data.Tracks[tracks[i+1]].Artist {
				sameArtist++
			}
		}
	}
	if longest < 240 || longest > 250 {
		t.Errorf("the longest playlist has %d tracks, want 250", longest)
	}
	if share := float64(sameArtist) / float64(data.Entries); share < 0.2 || share > 0.4 {
		t.Errorf("a share of %.2f of the tracks is by the artist of the one before, want 0.3", share)
	}
}

// TestPrefix: the first playlists are the same however many follow.
func TestPrefix(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer, uint64, int) error{
		"csv":  func(b *bytes.Buffer, seed uint64, n int) error { return WriteCSV(b, seed, n) },
		"fimi": func(b *bytes.Buffer, seed uint64, n int) error { return WriteFIMI(b, seed, n) },
	} {
		var few, many, other bytes.Buffer
		for _, w := range []struct {
			to   *bytes.Buffer
			seed uint64
			n    int
		}{{&few, 1, 5}, {&many, 1, 20}, {&other, 2, 5}} {
			if err := write(w.to, w.seed, w.n); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.HasPrefix(many.Bytes(), few.Bytes()) || bytes.Equal(few.Bytes(), other.Bytes()) {
			t.Errorf("%s: playlists do not depend on seed and number alone", name)
		}
	}
}
