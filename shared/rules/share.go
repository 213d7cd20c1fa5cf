package rules

import (
	"math"
	"slices"
)

// scoreArtists adds up the rules of the seeds' artists: to other artists, each
// of whose tracks gets its share, and to the artists' own tracks.
//
// Such rules lead to very many tracks, each to a few. A track that gets nothing
// else and too little to be among the wanted best is passed over.
func (r *Rules) scoreArtists(wanted int, s *scratch) {
	b := &r.byArtist
	for _, seed := range s.seedArtists {
		weight := seed.weight * antecedentWeight(b.supports[seed.artist])
		for rule := b.rules.of(seed.artist); rule.next(); {
			s.addArtist(rule.consequent, float32(rule.support)*weight*r.strength.consequent(b.supports[rule.consequent]))
		}
	}
	byTracks := len(s.scored) // what rules between tracks lead to
	least := r.leastShare(wanted+len(s.marked), s)
	for _, a := range s.artists {
		enough := least
		if s.isSeedArtist(a) {
			enough = 0 // their tracks get more below
		}
		from, to := r.sharing(a)
		for n, i := range b.tracks[from:to] {
			share := s.artistScores[a] * r.shareAt(from+uint32(n), a)
			if share < enough {
				break // the share falls with the support, and so along the list
			}
			s.add(i, share)
		}
	}
	for _, i := range s.scored[:byTracks] {
		a := r.artistOf[i]
		from, to := r.sharing(a)
		at, found := slices.BinarySearch(b.tracks[from:to], i)
		if !found || s.artistScores[a] == 0 || s.isSeedArtist(a) {
			continue
		}
		if share := s.artistScores[a] * r.shareAt(from+uint32(at), a); share < least {
			s.add(i, share)
		}
	}
	for _, seed := range s.seedArtists {
		for _, i := range b.of(seed.artist) {
			s.add(i, seed.seeds*r.own(i, b.supports[seed.artist]))
		}
	}
}

// firstFew tracks of an artist are enough to tell how much is little.
const firstFew = 10

// leastShare is a share that that many tracks reach at least, among the first few
// of each artist; 0 if there are not so many.
func (r *Rules) leastShare(tracks int, s *scratch) float32 {
	for _, a := range s.artists {
		from, to := r.sharing(a)
		for at := from; at < min(to, from+firstFew); at++ {
			s.bins[bin(s.artistScores[a]*r.shareAt(at, a))%bins]++
		}
	}
	b := bins - 1
	for reached := int(s.bins[b]); reached < tracks && b > 0; reached += int(s.bins[b]) {
		b--
	}
	clear(s.bins[:])
	return math.Float32frombits(uint32(b) << binShift)
}

// sharing is the range, among the tracks by artist, of those that get a share of
// the rules that lead to artist a.
func (r *Rules) sharing(a uint32) (from, to uint32) {
	from = r.byArtist.first[a]
	return from, min(r.byArtist.first[a+1], from+tracksOfArtist)
}

// shareAt is the share of the track at that place among the tracks by artist,
// which is one of artist a.
func (r *Rules) shareAt(place, a uint32) float32 {
	bits := r.shares[place].Load()
	if bits == 0 {
		bits = math.Float32bits(r.share(r.byArtist.tracks[place], r.byArtist.supports[a]))
		r.shares[place].Store(bits)
	}
	return math.Float32frombits(bits)
}

func (s *scratch) isSeedArtist(a uint32) bool {
	return slices.ContainsFunc(s.seedArtists, func(seed seedArtist) bool { return seed.artist == a })
}
