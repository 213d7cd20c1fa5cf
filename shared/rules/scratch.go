package rules

import (
	"slices"
	"sync"

	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
)

// scratch is the working memory of one Recommend: columns that are all zero
// between two uses, and the lists of what to clear.
type scratch struct {
	// What is given, and the rules that hold.
	marked      []mining.Item // given or excluded, and other versions of those
	versions    []mining.Item // others of those
	seeds       []seed
	seedArtists []seedArtist
	given       float32 // seeds, tracks that are not known but their artist is included
	antecedents []antecedent
	numbers     []uint32 // of antecedents
	rules       []leads

	// What is found.
	tracks    consequents
	artists   consequents
	facts     []track          // by place of a track: what is known of it
	pulls     []pull           // by place of an artist: what it gives its tracks
	pulled    []candidate      // artists that the request has to do with
	direction latent.Direction // that the seeds' vectors point to
	asked     []mining.Item    // of what the vectors estimate
	estimates []float32
	selection selection

	// What is told of it.
	shared    *[playlistNumbers]float32
	sharing   []uint16 // playlists that share something
	features  []float32
	ranks     []float32
	reasons   []Reason
	rulesTo   []ruleTo
	toArtists []Recommendation // by artist that is recommended: the rules that lead to it
}

// mark takes tracks out of question.
func (s *scratch) mark(items []mining.Item) {
	s.tracks.settle(items)
	s.marked = append(s.marked, items...)
}

// isMarked tells whether the track is out of question.
func (s *scratch) isMarked(i mining.Item) bool { return s.tracks.places[i] == settled }

func (s *scratch) clear() {
	for _, i := range s.marked {
		s.tracks.places[i] = nowhere
	}
	s.tracks.clear()
	s.artists.clear()
	for _, p := range s.sharing {
		s.shared[p] = 0
	}
	s.direction.Clear()
	s.marked, s.seeds, s.seedArtists = s.marked[:0], s.seeds[:0], s.seedArtists[:0]
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
	return &scratch{tracks: newConsequents(p.items), artists: newConsequents(p.artists), shared: new([playlistNumbers]float32)}
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
