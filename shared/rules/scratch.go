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
	antecedents []uint32
	heap        []candidate

	artistScores []float32
	artistPlace  []uint32
	seedArtists  []seedArtist
	artists      []uint32 // with a score
	wish         []float32

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

// candidate is a scored track.
type candidate struct {
	item     mining.Item
	score    float32
	estimate float32 // of the vectors
}

// compare orders candidates best first. Scores are numbers, never NaN.
func compare(a, b candidate) int {
	switch {
	case a.score > b.score || a.score == b.score && a.item < b.item:
		return -1
	case a.item == b.item:
		return 0
	}
	return 1
}

// best gives the best candidates, at most limit, in no particular order. The
// heap holds the best so far, the worst of them on top.
func (s *scratch) best(limit int) []candidate {
	h := s.heap[:0]
	for _, i := range s.scored {
		c := candidate{item: i, score: s.scores[i]}
		switch {
		case s.marks[i] != 0:
		case len(h) < limit:
			h = append(h, c)
			siftUp(h)
		case limit > 0 && compare(c, h[0]) < 0:
			h[0] = c
			siftDown(h)
		}
	}
	s.heap = h
	return h
}

func siftUp(h []candidate) {
	for child := len(h) - 1; child > 0; {
		parent := (child - 1) / 2
		if compare(h[parent], h[child]) >= 0 {
			return
		}
		h[parent], h[child] = h[child], h[parent]
		child = parent
	}
}

func siftDown(h []candidate) {
	for parent := 0; ; {
		child := 2*parent + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && compare(h[child], h[child+1]) < 0 {
			child++
		}
		if compare(h[parent], h[child]) >= 0 {
			return
		}
		h[parent], h[child] = h[child], h[parent]
		parent = child
	}
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
		wish: make([]float32, p.dimensions), shared: make([]float32, p.playlists),
	}
}

func (p *scratchPool) put(s *scratch) {
	s.clear()
	p.pool.Put(s)
}
