package rules

import (
	"cmp"
	"math"
	"slices"

	"segue.dev/shared/mining"
)

// maxReasons is how many rules an answer names for one recommendation.
const maxReasons = 3

// A Request asks for recommendations: seeds are the tracks that are given;
// seeds and excluded tracks never come back.
type Request struct {
	Seeds   []mining.Item
	Artists []Artist // of tracks that are given and not known
	Exclude []mining.Item
	Limit   int
}

// An Answer lists recommendations, best first: the first ByRules of them have
// rules behind them, the others are the most popular tracks, to fill the list.
type Answer struct {
	Recommendations []Recommendation
	ByRules         int
}

// A Recommendation is a track and why.
type Recommendation struct {
	Item mining.Item
	// Score is the track's share of what speaks for all candidates of the
	// request or, in a rule set without a learned order, the sum of the strengths
	// of all rules that hold, sharpened by the vectors; 0 for a popular track that
	// fills the list.
	Score float32
	// Because are the strongest rules that hold, at most three, best first.
	Because []Reason
}

// Recommend answers a request. Every rule whose antecedent is among the seeds
// or their artists adds its strength to the tracks it leads to; then the
// vectors sharpen the order of the best. Ties go to the more popular track. The
// same request on the same rules gives the same answer. It takes time linear in
// the rules of the seeds and their artists.
func (r *Rules) Recommend(q Request) Answer {
	s := r.scratch.get()
	defer r.scratch.put(s)
	limit := q.Limit
	if len(r.ranking.Weights) > 0 {
		limit = max(ranked, q.Limit)
	}
	best, seeds, antecedents := r.candidates(q, limit, s)
	if len(r.ranking.Weights) > 0 {
		r.rank(best, r.describe(best, q, seeds, antecedents, s), s)
		best = best[:min(q.Limit, len(best))]
	}
	answer := Answer{Recommendations: make([]Recommendation, len(best), q.Limit), ByRules: len(best)}
	for n, c := range best {
		answer.Recommendations[n] = Recommendation{Item: c.item, Score: c.score}
	}
	r.explain(answer.Recommendations, antecedents, s)
	return r.fill(answer, q.Limit, s)
}

// candidates are the tracks that the rules and the vectors like best, at most
// limit, best first.
func (r *Rules) candidates(q Request, limit int, s *scratch) (best []candidate, seeds []mining.Item, antecedents []uint32) {
	s.mark(q.Seeds, isSeed)
	s.mark(q.Exclude, isExcluded)
	seeds = s.distinct(q.Seeds)
	r.countArtists(seeds, q.Artists, s)
	antecedents = r.antecedents.among(seeds, s)
	r.score(antecedents, s)
	wanted := max(candidates, limit)
	r.scoreArtists(wanted, s)
	best = s.best(wanted)
	return r.sharpen(best, seeds, limit, s), seeds, antecedents
}

// distinct drops repeats. The order of the items does not show in an answer.
func (s *scratch) distinct(items []mining.Item) []mining.Item {
	s.seeds = append(s.seeds[:0], items...)
	slices.Sort(s.seeds)
	s.seeds = slices.Compact(s.seeds)
	return s.seeds
}

// countArtists counts the seeds of each artist. Tracks without an artist do not
// count.
func (r *Rules) countArtists(seeds []mining.Item, more []Artist, s *scratch) {
	for _, i := range seeds {
		s.countArtist(r.artistOf[i])
	}
	for _, a := range more {
		s.countArtist(uint32(a))
	}
	s.seedArtists = slices.DeleteFunc(s.seedArtists, func(a seedArtist) bool { return r.byArtist.supports[a.artist] == 0 })
	slices.SortFunc(s.seedArtists, func(a, b seedArtist) int { return cmp.Compare(a.artist, b.artist) })
	// The more tracks are given, the less there is left for artists to tell.
	for n := range s.seedArtists {
		s.seedArtists[n].weight = s.seedArtists[n].seeds / float32(math.Sqrt(float64(len(seeds)+len(more))))
	}
}

// score adds up the rules of the antecedents.
func (r *Rules) score(antecedents []uint32, s *scratch) {
	for _, a := range antecedents {
		weight := antecedentWeight(r.antecedents.supports[a])
		for rule := r.rules.of(a); rule.next(); {
			s.add(rule.consequent, float32(rule.support)*weight*r.strength.consequent(r.supports[rule.consequent]))
		}
	}
}

// fill completes the list with the most popular tracks.
func (r *Rules) fill(answer Answer, limit int, s *scratch) Answer {
	for _, rec := range answer.Recommendations {
		s.mark([]mining.Item{rec.Item}, isExcluded)
	}
	for i := mining.Item(0); len(answer.Recommendations) < limit && int(i) < r.Len(); i++ {
		if s.marks[i] == 0 {
			answer.Recommendations = append(answer.Recommendations, Recommendation{Item: i})
		}
	}
	return answer
}
