package rules

import (
	"cmp"
	"math"
	"slices"

	"segue.dev/shared/mining"
)

// seed is a track that is given.
type seed struct {
	item   mining.Item
	weight float32 // of an antecedent with its support
}

// seedArtist is an artist and how many seeds are by it.
type seedArtist struct {
	artist  uint32
	seeds   float32
	weight  float32 // of its rules to other artists
	support uint32
	rules   []leads // to artists
}

// antecedent is a set of tracks all of which are given.
type antecedent struct {
	number  uint32
	weight  float32
	support uint32
	rules   []leads // to tracks
}

// hold reads the rules that hold, those whose antecedent is given: of each
// antecedent as many as d says. They are read once and added up once;
// explain looks some of them up again. The given and excluded tracks are not
// recommended, nor are other versions of them.
func (r *Rules) hold(q Request, d depth, s *scratch) {
	r.fetchSeeds(q.Seeds)
	s.exclude(q.Seeds)
	s.exclude(q.Exclude)
	s.versions = s.versions[:0]
	for _, i := range s.excluded {
		s.versions = r.versions.of(i, s.versions)
	}
	s.exclude(s.versions)
	r.holdTracks(q.Seeds, d.rules, s)
	r.holdArtists(q.Artists, d.artistRules, s)
}

// holdTracks reads the rules between tracks. The order of the seeds does not
// show in an answer, nor do repeats: the order of addition decides the last bit
// of a score.
func (r *Rules) holdTracks(seeds []mining.Item, most int, s *scratch) {
	for _, i := range seeds {
		s.seeds = append(s.seeds, seed{i, r.strength.of(r.tracks[i].support).antecedent})
	}
	slices.SortFunc(s.seeds, func(a, b seed) int { return cmp.Compare(a.item, b.item) })
	s.seeds = slices.Compact(s.seeds)
	for _, a := range r.antecedents.among(s.seeds, s) {
		before, support := len(s.rules), r.antecedents.supports[a]
		s.rules = r.rules.appendTo(s.rules, a, most)
		s.antecedents = append(s.antecedents, antecedent{a, r.strength.of(support).antecedent, support, s.rules[before:]})
	}
}

// holdArtists counts the seeds of each artist and reads the rules between
// artists. Tracks without an artist do not count.
func (r *Rules) holdArtists(more []Artist, most int, s *scratch) {
	for _, seed := range s.seeds {
		s.countArtist(r.tracks[seed.item].artist)
	}
	for _, a := range more {
		s.countArtist(uint32(a))
	}
	s.given = float32(max(1, len(s.seeds)+len(more)))
	b := &r.byArtist
	s.seedArtists = slices.DeleteFunc(s.seedArtists, func(a seedArtist) bool { return b.supports[a.artist] == 0 })
	slices.SortFunc(s.seedArtists, func(a, b seedArtist) int { return cmp.Compare(a.artist, b.artist) })
	for n := range s.seedArtists {
		a, before := &s.seedArtists[n], len(s.rules)
		s.rules = b.rules.appendTo(s.rules, a.artist, most)
		a.rules, a.support = s.rules[before:], b.supports[a.artist]
		// The more tracks are given, the less there is left for artists to tell.
		a.weight = a.seeds / float32(math.Sqrt(float64(s.given))) * r.strength.of(a.support).antecedent
	}
}

// readAll tells whether no list has more rules than those that were read, and all
// artists were followed that could be.
func (s *scratch) readAll(d depth) bool {
	return s.unfollowed == 0 && !slices.ContainsFunc(s.antecedents, func(a antecedent) bool { return len(a.rules) == d.rules }) &&
		!slices.ContainsFunc(s.seedArtists, func(a seedArtist) bool { return len(a.rules) == d.artistRules })
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
