// Command sample writes the sample dataset: made-up playlists of well-known
// songs. songs.csv lists the songs by genre, the best-known of each first.
//
//	sample FILE
package main

//go:generate go run . ../../../functions/dataset-check/kodata/playlists.csv

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
)

const (
	playlists = 400
	minTracks = 8
	maxTracks = 30
	seed      = 1965 // fixed: the same songs always give the same file
	// mixedOneIn and strangerOneIn say how often a playlist is of two genres,
	// and how often a track is from any genre at all.
	mixedOneIn    = 8
	strangerOneIn = 20
)

//go:embed songs.csv
var songsCSV []byte

type song struct{ name, artist, album string }

type genre struct {
	name  string
	songs []song // best-known first
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: sample FILE")
	}
	genres, err := readGenres(songsCSV)
	if err != nil {
		log.Fatal(err)
	}
	var out bytes.Buffer
	if err := generate(&out, genres); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[1], out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// readGenres reads the table of songs, in which a genre's songs come together.
func readGenres(table []byte) ([]genre, error) {
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("songs.csv: %w", err)
	}
	var genres []genre
	for _, row := range rows[1:] {
		if len(genres) == 0 || genres[len(genres)-1].name != row[0] {
			genres = append(genres, genre{name: row[0]})
		}
		g := &genres[len(genres)-1]
		g.songs = append(g.songs, song{row[1], row[2], row[3]})
	}
	return genres, nil
}

// generate writes the dataset as CSV.
func generate(w io.Writer, genres []genre) error {
	rng := rand.New(rand.NewPCG(seed, seed))
	rows := [][]string{{"pid", "name", "album_name", "artist_name", "track_name"}}
	for pid := range playlists {
		name, songs := playlist(rng, genres, pid)
		for _, s := range songs {
			rows = append(rows, []string{strconv.Itoa(pid), name, s.album, s.artist, s.name})
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// playlist makes up a playlist: mostly of one genre, sometimes half of another,
// with a few songs of any.
func playlist(rng *rand.Rand, genres []genre, pid int) (string, []song) {
	main := genres[pid%len(genres)]
	name, first, second := main.name, shuffle(rng, main.songs), []song(nil)
	size := minTracks + rng.IntN(maxTracks-minTracks+1)
	if rng.IntN(mixedOneIn) == 0 {
		other := genres[(pid+1+rng.IntN(len(genres)-1))%len(genres)]
		name += " & " + other.name
		first, second = first[:size/2], shuffle(rng, other.songs)
	}
	songs := slices.Concat(first, second)[:size]
	rng.Shuffle(size, func(i, j int) { songs[i], songs[j] = songs[j], songs[i] })
	for i := range songs {
		if rng.IntN(strangerOneIn) == 0 {
			any := genres[rng.IntN(len(genres))].songs
			if s := any[rng.IntN(len(any))]; !slices.Contains(songs, s) {
				songs[i] = s
			}
		}
	}
	return fmt.Sprintf("%s %d", name, 1+pid/len(genres)), songs
}

// shuffle returns the songs in a random order in which well-known ones tend to
// come first: weighted random sampling without replacement by exponential keys
// (Efraimidis and Spirakis, 2006).
func shuffle(rng *rand.Rand, songs []song) []song {
	type keyed struct {
		key  float64
		song song
	}
	drawn := make([]keyed, len(songs))
	for rank, s := range songs {
		drawn[rank] = keyed{rng.ExpFloat64() * float64(rank+3), s}
	}
	slices.SortFunc(drawn, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	order := make([]song, len(drawn))
	for i, d := range drawn {
		order[i] = d.song
	}
	return order
}
