package rules

import (
	"math"
	"slices"
)

// A candidate's score is
//
//	weight of c as a consequent · (Σ support of the rules to c · weight of the antecedent
//	                               + perPlaylist of c's artist · support of c)
//	+ own of c's artist · √support of c
//
// so beside the first sum it takes two numbers, both of its artist: perPlaylist is what
// the rules to an artist add to each of its tracks, for each playlist that holds the
// track, and own is what the artist gives its tracks if seeds are by it. strength.go
// says what the weights are.

// findCandidates gives the tracks that the rules that hold like best, at most d.likely,
// in no particular order. Seeds and excluded tracks are not among them.
//
// Rules between artists lead to very many tracks. A track to which nothing else leads
// is passed over if they give it too little to be among the best.
func (r *Rules) findCandidates(d depth, s *scratch) []candidate {
	for n := range s.antecedents {
		s.tracks.add(s.antecedents[n].rules, s.antecedents[n].weight)
	}
	r.addArtistRules(s)
	r.scoreTracks(s)
	r.followArtists(d, s)
	return s.selection.best(d.likely)
}

// artistEvidence is what a request has to do with an artist; see the formula above.
type artistEvidence struct {
	perPlaylist float32
	own         float32
	seeds       float32 // that are by the artist
	reasons     uint32  // 1 + the index of its reasons in scratch.artistReasons; 0 until they are asked for
}

// addArtistRules adds up the rules between artists, and from an artist to itself.
func (r *Rules) addArtistRules(s *scratch) {
	for n := range s.seedArtists {
		s.artists.add(s.seedArtists[n].rules, s.seedArtists[n].weight)
	}
	for n := range s.seedArtists {
		s.artists.include(s.seedArtists[n].artist)
	}
	all := s.artists.evidence
	s.ofArtists = slices.Grow(s.ofArtists[:0], len(all))[:len(all)]
	clear(s.ofArtists[:firstSlot]) // the shared slots stay zero
	s.bounds = slices.Grow(s.bounds[:0], len(all)-firstSlot)[:len(all)-firstSlot]
	for n := range s.bounds {
		x := &all[firstSlot+n]
		factors := r.strength.of(r.byArtist.supports[x.number])
		s.ofArtists[firstSlot+n] = artistEvidence{perPlaylist: x.sum * factors.pull}
		s.bounds[n] = candidate{item: x.number, slot: uint32(firstSlot + n), score: x.sum * factors.most}
	}
	for n := range s.seedArtists {
		seed := &s.seedArtists[n]
		slot := s.artists.slots[seed.artist]
		x := &s.ofArtists[slot]
		x.own, x.seeds = seed.seeds*ownWeight/float32(math.Sqrt(float64(seed.support)+shrinkage)), seed.seeds
		s.bounds[slot-firstSlot].score += float32(x.own * root(seed.support))
	}
}

// ofArtist is what the request has to do with the artist.
func (s *scratch) ofArtist(number uint32) *artistEvidence {
	return &s.ofArtists[s.artists.slots[number]]
}

// scoreTracks scores the tracks that rules between tracks lead to.
func (r *Rules) scoreTracks(s *scratch) {
	all := s.tracks.evidence[firstSlot:]
	s.facts = s.facts[:0]
	for n := range all { // before the first is used; see fetch.go
		s.facts = append(s.facts, r.tracks[all[n].number])
	}
	for n, t := range s.facts {
		x := &all[n]
		s.selection.add(candidate{item: x.number, slot: uint32(firstSlot + n), score: r.score(t.support, x.sum, s.ofArtist(t.artist))})
	}
}

// score is that of a track with that support, given the sum of the rules that
// lead to it, and what the request has to do with its artist.
func (r *Rules) score(support uint32, sum float32, artist *artistEvidence) float32 {
	score := (sum + float32(artist.perPlaylist*float32(support))) * r.strength.of(support).consequent
	if artist.own > 0 {
		score += float32(artist.own * root(support))
	}
	return score
}

func root(support uint32) float32 { return float32(math.Sqrt(float64(support))) }

// followArtists adds the tracks of the most promising artists, at most d.artists, that
// could be among the best, and stops where no other can (the threshold algorithm of
// Fagin, Lotem & Naor, PODS 2001).
func (r *Rules) followArtists(d depth, s *scratch) {
	least := s.selection.least(d.likely)
	n := 0
	for _, artist := range s.bounds {
		s.bounds[n] = artist // overwritten by the next if it is not promising
		if artist.score >= least {
			n++
		}
	}
	promising := s.bounds[:n]
	s.unfollowed = max(0, len(promising)-d.artists)
	for n := range len(promising) - s.unfollowed {
		if n%artistBatch == 0 {
			r.fetchTracks(partialSort(promising[n:], artistBatch))
		}
		if promising[n].score < least {
			return
		}
		before := len(s.selection.found)
		r.follow(promising[n], least, s)
		if len(s.selection.found) > before {
			least = s.selection.least(d.likely)
		}
	}
}

// artistBatch is how many artists are sorted at a time: most are never reached, and for
// a short list no more are looked through.
const artistBatch = shortArtists

// follow adds those tracks of an artist to which no rule between tracks leads,
// as far as they reach the least score. The score falls with the support, and so
// along the list.
func (r *Rules) follow(artist candidate, least float32, s *scratch) {
	of := &s.ofArtists[artist.slot]
	for _, t := range r.byArtist.of(artist.item) {
		score := r.score(t.support, 0, of)
		if score < least {
			return
		}
		if s.tracks.slots[t.item] == noSlot && score > 0 {
			s.selection.add(candidate{item: t.item, score: score})
		}
	}
}
