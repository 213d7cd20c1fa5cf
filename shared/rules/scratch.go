package rules

import (
	"sync"

	"segue.dev/shared/mining"
)

// scratch is the working memory of one Recommend: columns by item that are
// all zero between two uses, and the lists of what to clear.
type scratch struct {
	scores      []float32
	marks       []uint8
	place       []uint32
	marked      []mining.Item
	scored      []mining.Item
	seeds       []mining.Item
	antecedents []uint32
	found       []candidate
	bounds      []candidate
	best64      [few]candidate
	bins        *[bins]uint32

	artistScores []float32
	artistPlace  []uint32
	seedArtists  []seedArtist
	artists      []uint32 // with a score
	wish         []float32
	reasons      []Reason

	shared     []float32 // by playlist: what the seeds that it holds count
	neighbours []uint32  // playlists that hold a seed
	features   []float32
	ranks      []float32
}

// seedArtist is an artist and how many seeds are by it.
type seedArtist struct {
	artist uint32
	seeds  float32
	weight float32 // of its rules to other artists
}

const (
	isSeed = 1 << iota
	isExcluded
)

func (s *scratch) mark(items []mining.Item, as uint8) {
	for _, i := range items {
		s.marks[i] |= as
	}
	s.marked = append(s.marked, items...)
}

func (s *scratch) allSeeds(items []mining.Item) bool {
	for _, i := range items {
		if s.marks[i]&isSeed == 0 {
			return false
		}
	}
	return true
}

func (s *scratch) add(i mining.Item, score float32) {
	if s.scores[i] == 0 {
		s.scored = append(s.scored, i)
	}
	s.scores[i] += score
}

func (s *scratch) addArtist(a uint32, score float32) {
	if s.artistScores[a] == 0 {
		s.artists = append(s.artists, a)
	}
	s.artistScores[a] += score
}

// countArtist counts a seed of the artist.
func (s *scratch) countArtist(a uint32) {
	for n := range s.seedArtists {
		if s.seedArtists[n].artist == a {
			s.seedArtists[n].seeds++
			return
		}
	}
	s.seedArtists = append(s.seedArtists, seedArtist{artist: a, seeds: 1})
}

func (s *scratch) clear() {
	for _, i := range s.marked {
		s.marks[i] = 0
	}
	for _, i := range s.scored {
		s.scores[i] = 0
	}
	for _, a := range s.artists {
		s.artistScores[a] = 0
	}
	s.marked, s.scored, s.artists, s.seedArtists = s.marked[:0], s.scored[:0], s.artists[:0], s.seedArtists[:0]
	clear(s.wish)
}

// scratchPool lends working memory that fits one rule set.
type scratchPool struct {
	items, artists, dimensions, playlists int
	pool                                  sync.Pool
}

func (p *scratchPool) get() *scratch {
	if s, ok := p.pool.Get().(*scratch); ok {
		return s
	}
	return &scratch{
		scores: make([]float32, p.items), marks: make([]uint8, p.items), place: make([]uint32, p.items),
		artistScores: make([]float32, p.artists), artistPlace: make([]uint32, p.artists),
		wish: make([]float32, p.dimensions), bins: new([bins]uint32),
		shared: make([]float32, p.playlists),
	}
}

func (p *scratchPool) put(s *scratch) {
	s.clear()
	p.pool.Put(s)
}
