package main

import (
	"bytes"
	"cmp"
	"os"
	"slices"
	"testing"

	"segue.dev/shared/dataset"
)

const committed = "../../../functions/dataset-check/kodata/playlists.csv"

func TestCommittedFileIsGenerated(t *testing.T) {
	file, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := generate(&out, songs(t)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file, out.Bytes()) {
		t.Errorf("%s is not what the generator writes: run go generate ./shared/dataset/sample", committed)
	}
}

func TestSongs(t *testing.T) {
	genres := songs(t)
	if len(genres) < 10 {
		t.Errorf("%d genres, want at least 10", len(genres))
	}
	type track struct{ name, artist string }
	genreOf := map[track]string{}
	for _, g := range genres {
		if len(g.songs) < maxTracks {
			t.Errorf("%s has %d songs, too few for a playlist of %d", g.name, len(g.songs), maxTracks)
		}
		for _, s := range g.songs {
			if s.name == "" || s.artist == "" || s.album == "" {
				t.Errorf("%s: incomplete: %+v", g.name, s)
			}
			if other, ok := genreOf[track{s.name, s.artist}]; ok {
				t.Errorf("%s by %s is in %s and in %s", s.name, s.artist, other, g.name)
			}
			genreOf[track{s.name, s.artist}] = g.name
		}
	}
	for _, s := range []track{{"Yesterday", "The Beatles"}, {"Let It Be", "The Beatles"}, {"Bohemian Rhapsody", "Queen"}} {
		if genreOf[s] != "Classic Rock" {
			t.Errorf("%s by %s is in %q, want it in Classic Rock", s.name, s.artist, genreOf[s])
		}
	}
}

func TestPlaylists(t *testing.T) {
	d := read(t)
	if d.Playlists.Len() != playlists {
		t.Errorf("%d playlists, want %d", d.Playlists.Len(), playlists)
	}
	if int(d.Entries) != len(d.Playlists.Items) {
		t.Errorf("%d entries, but %d without repeats", d.Entries, len(d.Playlists.Items))
	}
	for i := range d.Playlists.Len() {
		if n := len(d.Playlists.At(i)); n < minTracks || n > maxTracks {
			t.Errorf("playlist %d has %d tracks, want %d to %d", i, n, minTracks, maxTracks)
		}
	}
}

// Whatever song one starts from, the five songs that share most playlists with
// it are of its genre.
func TestNeighboursAreOfTheGenre(t *testing.T) {
	d := read(t)
	genres := songs(t)
	genreOf := map[song]string{}
	for _, g := range genres {
		for _, s := range g.songs {
			genreOf[s] = g.name
		}
	}
	genre := func(item uint32) string {
		tr := d.Tracks[item]
		return genreOf[song{tr.Name, tr.Artist, tr.Album}]
	}
	if want := len(genres) * len(genres[0].songs); len(d.Tracks) != want {
		t.Errorf("%d songs in the playlists, want all %d", len(d.Tracks), want)
	}
	for seed, track := range d.Tracks {
		for _, item := range neighbours(d, uint32(seed))[:5] {
			if genre(item) != genre(uint32(seed)) {
				t.Errorf("%s (%s) brings %s (%s)", track.Name, genre(uint32(seed)), d.Tracks[item].Name, genre(item))
			}
		}
	}
}

// neighbours returns all other items, those first that share most playlists
// with the seed.
func neighbours(d *dataset.Dataset, seed uint32) []uint32 {
	together := make([]int, len(d.Tracks))
	for i := range d.Playlists.Len() {
		if p := d.Playlists.At(i); slices.Contains(p, seed) {
			for _, item := range p {
				together[item]++
			}
		}
	}
	var items []uint32
	for item := range together {
		if uint32(item) != seed {
			items = append(items, uint32(item))
		}
	}
	slices.SortStableFunc(items, func(a, b uint32) int { return cmp.Compare(together[b], together[a]) })
	return items
}

func songs(t *testing.T) []genre {
	genres, err := readGenres(songsCSV)
	if err != nil {
		t.Fatal(err)
	}
	return genres
}

func read(t *testing.T) *dataset.Dataset {
	f, err := os.Open(committed)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := dataset.Read(f, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
