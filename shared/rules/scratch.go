package rules

import (
	"slices"
	"sync"

	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
)

// scratch is the working memory of one Recommend. Between two uses its columns are
// zero, and its lists are empty or emptied before they are used.
type scratch struct {
	// What is given, and the rules that hold.
	excluded    []mining.Item // what must not be recommended: given, excluded, in the answer, or a version of these
	versions    []mining.Item // other versions of some tracks
	seeds       []seed
	seedArtists []seedArtist
	given       float32 // tracks in the request: seeds, and those of which only the artist is known
	antecedents []antecedent
	numbers     []uint32 // of antecedents
	rules       []leads

	// What is found.
	tracks     consequents
	artists    consequents
	facts      []track          // of each of tracks that has a slot of its own
	ofArtists  []artistEvidence // by slot of artists
	bounds     []candidate      // of what artists give their tracks
	unfollowed int              // artists that were left out though they are promising
	direction  latent.Direction // that the seeds' vectors point to
	asked      []mining.Item    // of what the vectors estimate
	estimates  []float32
	selection  selection

	// What is told of it.
	shared        *[playlistNumbers]share
	sharing       []uint16 // playlists that share something
	features      []float32
	ranks         []float32
	ruleNumbers   []ruleNumber // of those that lead to one track or artist
	artistReasons [][]Reason   // the rules that lead to each of some artists
	reasons       []Reason     // in which those lie
}

// exclude keeps tracks out of the answer.
func (s *scratch) exclude(items []mining.Item) {
	for _, i := range items {
		s.tracks.slots[i] = excludedSlot
	}
	s.excluded = append(s.excluded, items...)
}

// isExcluded tells whether a track is kept out of the answer.
func (s *scratch) isExcluded(i mining.Item) bool { return s.tracks.slots[i] == excludedSlot }

func (s *scratch) clear() {
	for _, i := range s.excluded {
		s.tracks.slots[i] = noSlot
	}
	s.tracks.clear()
	s.artists.clear()
	for _, p := range s.sharing {
		s.shared[p] = share{}
	}
	s.direction.Clear()
	s.excluded, s.seeds, s.seedArtists = s.excluded[:0], s.seeds[:0], s.seedArtists[:0]
	s.antecedents, s.rules = s.antecedents[:0], s.rules[:0]
	s.sharing = s.sharing[:0]
}

// scratchPool lends working memory that fits one rule set.
type scratchPool struct {
	items, artists int
	pool           sync.Pool
}

func (p *scratchPool) get() *scratch {
	if s, ok := p.pool.Get().(*scratch); ok {
		return s
	}
	return &scratch{tracks: newConsequents(p.items), artists: newConsequents(p.artists), shared: new([playlistNumbers]share)}
}

func (p *scratchPool) put(s *scratch) {
	s.clear()
	p.pool.Put(s)
}

// resize gives a slice of that length, whose values are zero, in the memory of
// another where it fits.
func resize(s []float32, length int) []float32 {
	s = slices.Grow(s[:0], length)[:length]
	clear(s)
	return s
}
