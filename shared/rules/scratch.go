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
	marks       []uint8 // by item
	marked      []mining.Item
	versions    []mining.Item // others of those
	seeds       []seed
	seedArtists []seedArtist
	given       float32 // seeds, tracks that are not known but their artist is included
	antecedents []antecedent
	numbers     []uint32 // of antecedents
	rules       []leads

	// What is found.
	sums      []float32 // by item: of the rules between tracks that lead to it; see place
	scored    []mining.Item
	fetched   []track          // what is known of those
	pulls     []float32        // by artist: what rules give a track of it for each playlist that holds it
	artists   []candidate      // that the request has to do with; item is the artist's number
	ofSeeds   bitset           // artists that seeds are by
	direction latent.Direction // that the seeds' vectors point to
	asked     []mining.Item    // of what the vectors estimate
	estimates []float32
	selection selection

	// What is told of it.
	artistPlace []uint32 // by artist
	shared      *[playlistNumbers]float32
	sharing     []uint16 // playlists that share something
	unused      uint32   // what was only read to have it at hand
	features    []float32
	ranks       []float32
	reasons     []Reason
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

// setPlace notes the place of a track among those that are looked at closely. Its
// sum is not needed any more then, and lies where the processor has it at hand.
func (s *scratch) setPlace(i mining.Item, place int) { s.sums[i] = -1 - float32(place) }

// place is a track's place, if it has one.
func (s *scratch) place(i mining.Item) (place int, has bool) {
	sum := s.sums[i]
	return int(-1 - sum), sum < 0
}

func (s *scratch) unsetPlace(i mining.Item) { s.sums[i] = 0 }

// seedArtist is the artist of some seeds.
func (s *scratch) seedArtist(number uint32) *seedArtist {
	first, end := 0, len(s.seedArtists)
	for end-first > 1 { // as slices.BinarySearchFunc, but without a copy at each step
		if middle := (first + end) / 2; s.seedArtists[middle].artist <= number {
			first = middle
		} else {
			end = middle
		}
	}
	return &s.seedArtists[first]
}

func (s *scratch) clear() {
	for _, i := range s.marked {
		s.marks[i] = 0
	}
	for _, i := range s.scored {
		s.sums[i] = 0
	}
	for _, a := range s.artists {
		s.pulls[a.item] = 0
		s.ofSeeds.unset(a.item)
	}
	for _, p := range s.sharing {
		s.shared[p] = 0
	}
	s.direction.Clear()
	s.marked, s.seeds, s.seedArtists = s.marked[:0], s.seeds[:0], s.seedArtists[:0]
	s.antecedents, s.rules = s.antecedents[:0], s.rules[:0]
	s.scored, s.artists, s.sharing = s.scored[:0], s.artists[:0], s.sharing[:0]
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
	return &scratch{
		marks: make([]uint8, p.items), sums: make([]float32, p.items),
		pulls: make([]float32, p.artists), ofSeeds: newBitset(p.artists), artistPlace: make([]uint32, p.artists),
		shared: new([playlistNumbers]float32),
	}
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
