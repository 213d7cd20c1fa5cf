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
	r.addRules(s)
	r.pullArtists(s)
	r.scoreTracks(s)
	r.followArtists(wanted, s)
	return s.selection.best(wanted)
}

// addRules adds up the rules between tracks.
func (r *Rules) addRules(s *scratch) {
	for n := range s.antecedents {
		a := &s.antecedents[n]
		for _, rule := range a.rules {
			sum := &s.sums[rule.consequent]
			if *sum == 0 {
				s.scored = append(s.scored, rule.consequent)
			}
			*sum += float32(float32(rule.support) * a.weight) // never fused, so that every machine gives the same
		}
	}
	for _, i := range s.marked {
		s.sums[i] = 0
	}
}

// pullArtists adds up the rules between artists, and from an artist to itself.
func (r *Rules) pullArtists(s *scratch) {
	for n := range s.seedArtists {
		seed := &s.seedArtists[n]
		for _, rule := range seed.rules {
			s.pull(rule.consequent, float32(float32(rule.support)*seed.weight))
		}
		s.ofSeeds.set(seed.artist)
		if s.pulls[seed.artist] == 0 {
			s.pull(seed.artist, math.SmallestNonzeroFloat32) // it counts as pulled, by nothing but itself
		}
		seed.own = seed.seeds * ownWeight / float32(math.Sqrt(float64(seed.support)+shrinkage))
	}
	for n := range s.artists {
		a := &s.artists[n]
		factors := r.strength.of(r.byArtist.supports[a.item])
		a.score = s.pulls[a.item] * factors.most
		s.pulls[a.item] *= factors.pull
		if s.ofSeeds.has(a.item) {
			seed := s.seedArtist(a.item)
			a.score += float32(seed.own * root(seed.support))
		}
	}
}

// pull adds a rule to an artist.
func (s *scratch) pull(artist uint32, strength float32) {
	if s.pulls[artist] == 0 {
		s.artists = append(s.artists, candidate{item: artist})
	}
	s.pulls[artist] += strength
}

// scoreTracks scores the tracks that rules between tracks lead to.
func (r *Rules) scoreTracks(s *scratch) {
	// All are fetched before the first is used: so the processor waits for many at
	// once.
	s.fetched = s.fetched[:0]
	for _, i := range s.scored {
		s.fetched = append(s.fetched, r.tracks[i])
	}
	for n, i := range s.scored {
		if sum := s.sums[i]; sum > 0 {
			t := s.fetched[n]
			s.selection.add(candidate{item: i, score: r.score(t.support, sum, s.pulls[t.artist], s.own(t.artist))})
		}
	}
}

// score is that of a track with that support, given the sum of the rules that
// lead to it, and what its artist has to do with the request.
func (r *Rules) score(support uint32, sum, pull, own float32) float32 {
	score := (sum + float32(pull*float32(support))) * r.strength.of(support).consequent
	if own > 0 {
		score += float32(own * root(support))
	}
	return score
}

// own is what an artist gives its own tracks.
func (s *scratch) own(artist uint32) float32 {
	if !s.ofSeeds.has(artist) {
		return 0
	}
	return s.seedArtist(artist).own
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
			first(promising[n:], sorted)
		}
		if promising[n].score < least {
			return
		}
		before := len(s.selection.found)
		r.follow(promising[n].item, least, s)
		if len(s.selection.found) > before {
			least = s.selection.least(wanted)
		}
	}
}

// sorted is how many artists are put in order at a time: most are never come to.
const sorted = 16

// promising moves the artists of which a track could get so much to the front,
// and gives them.
func (s *scratch) promising(least float32) []candidate {
	n := 0
	for k, a := range s.artists {
		if a.score >= least {
			s.artists[k], s.artists[n] = s.artists[n], a
			n++
		}
	}
	return s.artists[:n]
}

// follow adds those tracks of an artist to which no rule between tracks leads,
// as far as they reach the least score. The score falls with the support, and so
// along the list.
func (r *Rules) follow(artist uint32, least float32, s *scratch) {
	pull, own := s.pulls[artist], s.own(artist)
	for _, i := range r.byArtist.of(artist) {
		score := r.score(r.tracks[i].support, 0, pull, own)
		if score < least {
			return
		}
		if s.sums[i] == 0 && s.marks[i] == 0 && score > 0 {
			s.selection.add(candidate{item: i, score: score})
		}
	}
}
