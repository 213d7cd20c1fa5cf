// Package synthetic makes up playlists as large and as skewed as real ones, for
// measurements at any size: popular artists and songs by Zipf's law, playlists
// that keep to a genre and stay with an artist for a while, lengths as in the
// Million Playlist Dataset.
package synthetic

import (
	"math"
	"math/rand/v2"
)

const (
	genres  = 60
	artists = 5_000 // in each genre
	songs   = 35    // of each artist
	// A playlist has shortest to longest tracks: the exponential of a normal
	// deviate, 66 on average.
	shortest, longest = 5, 250
	logMean, logDev   = 4.00, 0.77
	// How often the next track is by the artist of the one before, and how often
	// by an artist of any genre.
	sameArtist, anyGenre = 0.3, 0.15
)

// A Generator makes up playlists. Each depends on the seed and its own number
// alone, so the first of a million are also the first of a hundred.
type Generator struct {
	seed   uint64
	source *rand.PCG
	random *rand.Rand
	genre  *rand.Zipf
	artist *rand.Zipf // rank inside a genre
	song   *rand.Zipf // rank among an artist's songs
	tracks []Track
	taken  map[Track]bool
}

// A Track is a song of an artist, both by number.
type Track struct{ Artist, Song uint32 }

// New returns a generator; equal seeds give equal playlists.
func New(seed uint64) *Generator {
	g := &Generator{seed: seed, source: rand.NewPCG(seed, 0), taken: make(map[Track]bool)}
	g.random = rand.New(g.source)
	g.genre = rand.NewZipf(g.random, 1.2, 6, genres-1)
	g.artist = rand.NewZipf(g.random, 1.8, 30, artists-1)
	g.song = rand.NewZipf(g.random, 2.6, 4, songs-1)
	return g
}

// Playlist makes up the playlist of that number: different tracks, valid until
// the next call.
func (g *Generator) Playlist(number int) []Track {
	g.source.Seed(g.seed, uint64(number))
	clear(g.taken)
	g.tracks = g.tracks[:0]
	length := g.length()
	genre := g.genre.Uint64()
	artist := g.anArtist(genre)
	for len(g.tracks) < length {
		if g.random.Float64() >= sameArtist {
			artist = g.anArtist(genre)
		}
		t := Track{artist, uint32(g.song.Uint64())}
		if !g.taken[t] {
			g.taken[t] = true
			g.tracks = append(g.tracks, t)
		}
	}
	return g.tracks
}

func (g *Generator) anArtist(genre uint64) uint32 {
	if g.random.Float64() < anyGenre {
		genre = g.genre.Uint64()
	}
	return uint32(g.artist.Uint64()*genres + genre)
}

func (g *Generator) length() int {
	for {
		n := int(math.Exp(logMean + logDev*g.random.NormFloat64()))
		if shortest <= n && n <= longest {
			return n
		}
	}
}
