package rules

import "math"

// A candidate's score is
//
//	weight of c as a consequent · (Σ support of the rules to c · weight of the antecedent
//	                               + pull of c's artist · support of c)
//	+ what c's artist gives its own tracks · √support of c
//
// so beside the first sum it takes two numbers, both of its artist. strength.go
// says what the weights are, pull is how much rules lead to an artist.

// findCandidates gives the tracks that the rules that hold like best, at most so many, in
// no particular order. Seeds and excluded tracks are not among them.
//
// Rules between artists lead to very many tracks, each to a few. Those that get
// nothing else and too little to be among the best are passed over.
func (r *Rules) findCandidates(wanted int, s *scratch) []candidate {
	for n := range s.antecedents {
		s.tracks.add(s.antecedents[n].rules, s.antecedents[n].weight)
	}
	r.pullArtists(s)
	r.scoreTracks(s)
	r.followArtists(wanted, s)
	return s.selection.best(wanted)
}

// pull is what an artist gives its tracks.
type pull struct {
	perPlaylist float32 // from rules to the artist, for each playlist that holds the track
	own         float32 // from the artist itself, for the root of the track's support
	seeds       float32 // that are by the artist
	reasons     uint32  // that were named for it: 1 + their place in scratch.toArtists, 0 if none were looked for
}

// pullArtists adds up the rules between artists, and from an artist to itself.
func (r *Rules) pullArtists(s *scratch) {
	for n := range s.seedArtists {
		s.artists.add(s.seedArtists[n].rules, s.seedArtists[n].weight)
	}
	for n := range s.seedArtists {
		s.artists.give(s.seedArtists[n].artist) // if by nothing but itself
	}
	s.pulls, s.pulled = append(s.pulls[:0], make([]pull, firstPlace)...), s.pulled[:0]
	for n, a := range s.artists.all() {
		factors := r.strength.of(r.byArtist.supports[a.number])
		s.pulls = append(s.pulls, pull{perPlaylist: a.sum * factors.pull})
		s.pulled = append(s.pulled, candidate{item: a.number, place: uint32(firstPlace + n), score: a.sum * factors.most})
	}
	for n := range s.seedArtists {
		seed := &s.seedArtists[n]
		place := s.artists.places[seed.artist]
		x := &s.pulls[place]
		x.own, x.seeds = seed.seeds*ownWeight/float32(math.Sqrt(float64(seed.support)+shrinkage)), seed.seeds
		s.pulled[place-firstPlace].score += float32(x.own * root(seed.support))
	}
}

// ofArtist is what the artist gives its tracks.
func (s *scratch) ofArtist(number uint32) *pull { return &s.pulls[s.artists.places[number]] }

// scoreTracks scores the tracks that rules between tracks lead to.
func (r *Rules) scoreTracks(s *scratch) {
	// All are fetched before the first is used: so the processor waits for many at
	// once.
	s.facts = s.facts[:0]
	for _, x := range s.tracks.all() {
		s.facts = append(s.facts, r.tracks[x.number])
	}
	for n, x := range s.tracks.all() {
		t := s.facts[n]
		s.selection.add(candidate{item: x.number, place: uint32(firstPlace + n), score: r.score(t.support, x.sum, s.ofArtist(t.artist))})
	}
}

// score is that of a track with that support, given the sum of the rules that
// lead to it, and what its artist has to do with the request.
func (r *Rules) score(support uint32, sum float32, from *pull) float32 {
	score := (sum + float32(from.perPlaylist*float32(support))) * r.strength.of(support).consequent
	if from.own > 0 {
		score += float32(from.own * root(support))
	}
	return score
}

func root(support uint32) float32 { return float32(math.Sqrt(float64(support))) }

// followArtists adds the tracks of artists that could be among the wanted best,
// and stops where no other can (the threshold algorithm of Fagin, Lotem & Naor,
// PODS 2001).
func (r *Rules) followArtists(wanted int, s *scratch) {
	least := s.selection.least(wanted)
	promising := s.promising(least)
	for n := range promising {
		if n%sorted == 0 {
			r.fetchTracks(first(promising[n:], sorted))
		}
		if promising[n].score < least {
			return
		}
		before := len(s.selection.found)
		r.follow(promising[n], least, s)
		if len(s.selection.found) > before {
			least = s.selection.least(wanted)
		}
	}
}

// sorted is how many artists are put in order at a time: most are never come to.
const sorted = 16

// promising keeps the artists of which a track could get so much.
func (s *scratch) promising(least float32) []candidate {
	n := 0
	for _, a := range s.pulled {
		s.pulled[n] = a
		if a.score >= least {
			n++
		}
	}
	return s.pulled[:n]
}

// follow adds those tracks of an artist to which no rule between tracks leads,
// as far as they reach the least score. The score falls with the support, and so
// along the list.
func (r *Rules) follow(artist candidate, least float32, s *scratch) {
	from := &s.pulls[artist.place]
	for _, t := range r.byArtist.of(artist.item) {
		score := r.score(t.support, 0, from)
		if score < least {
			return
		}
		if s.tracks.places[t.item] == nowhere && score > 0 {
			s.selection.add(candidate{item: t.item, score: score})
		}
	}
}
