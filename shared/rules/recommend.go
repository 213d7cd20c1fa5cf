package rules

import (
	"math"
	"slices"

	"segue.dev/shared/mining"
)

// maxReasons is how many rules an answer names for one recommendation.
const maxReasons = 3

// A Request asks for recommendations: seeds are the tracks that are given.
// Seeds and excluded tracks never come back, nor do other versions of them, and
// of several versions of a song comes the best.
type Request struct {
	Seeds   []mining.Item
	Artists []Artist // of tracks that are given and not known
	Exclude []mining.Item
	Limit   int
}

// An Answer lists recommendations, best first: the first ByRules of them have
// rules behind them, the others are the most popular tracks, to fill the list. Copies
// share the lists.
type Answer struct {
	Recommendations []Recommendation
	ByRules         int

	reasons []Reason // all that the recommendations are because of
}

// Clear empties the answer and keeps its memory: before it is laid aside, so that it
// does not hold on to rules that are replaced meanwhile.
func (a *Answer) Clear() {
	clear(a.reasons) // through which alone recommendations point into the rules
	*a = Answer{Recommendations: a.Recommendations[:0], reasons: a.reasons[:0]}
}

// A Recommendation is a track and why.
type Recommendation struct {
	Item mining.Item
	// Score is the track's share of what speaks for all candidates of the
	// request or, in a rule set without a learned order, the sum of the strengths
	// of all rules that were read, sharpened by the vectors; 0 for a popular track
	// that fills the list.
	Score float32
	// Because are the strongest rules that hold, of those that were read, at most
	// three, best first.
	Because []Reason
}

// Recommend answers a request. Every rule that is read adds its strength to the
// tracks it leads to; the vectors sharpen the order of the best, and what was
// learned puts them in order. For a short list the first rules of each
// antecedent are read, for a longer one, or if they give too few, all whose
// antecedent is among the seeds or their artists. Ties go to the more popular
// track. The same request on the same rules gives the same answer. It takes time
// linear in the rules that are read, in the limit, and in the playlists that hold
// the seeds and what is looked at closely.
func (r *Rules) Recommend(q Request) (answer Answer) {
	r.RecommendInto(&answer, q)
	return answer
}

// RecommendInto is Recommend with the answer in the memory of an earlier one, which is
// overwritten; the zero Answer will do. Memory that was used a moment ago is in the
// processor's caches, new memory is not.
func (r *Rules) RecommendInto(answer *Answer, q Request) {
	q.Limit = max(0, min(q.Limit, r.Len()))
	d := r.depth(q)
	all := r.recommend(answer, q, d)
	for answer.ByRules < q.Limit && !all { // there are too few, or nearly all were versions of others
		d = everything(4 * d.candidates)
		all = r.recommend(answer, q, d)
	}
}

// recommend overwrites the answer with one that looks as deep as that, and tells whether
// it saw all there is.
func (r *Rules) recommend(answer *Answer, q Request, d depth) (all bool) {
	s := r.scratch.get()
	defer r.scratch.put(s)
	best := r.candidates(q, d, s)
	all = len(best) < d.candidates && s.readAll(d)
	if len(r.ranking.Weights) > 0 {
		best = r.rank(best, q, s)
	} else {
		best = r.firstSongs(best, q.Limit, s)
	}
	r.fetchTexts(best)
	answer.Clear()
	answer.ByRules = len(best)
	answer.Recommendations = slices.Grow(answer.Recommendations, max(q.Limit, len(best)))
	for _, c := range best {
		answer.Recommendations = append(answer.Recommendations, Recommendation{Item: c.item, Score: c.score})
	}
	r.explain(answer, best, s)
	r.fill(answer, q.Limit, s)
	return all
}

// candidates are the tracks that the rules and the vectors like best: they get a
// close look.
func (r *Rules) candidates(q Request, d depth, s *scratch) []candidate {
	r.hold(q, d, s)
	best := r.findCandidates(d, s)
	r.sharpen(best, s)
	for _, c := range best { // if this is the selection's own list, each is written where it lies
		s.selection.add(c)
	}
	return s.selection.best(d.candidates)
}

// depth is how much is looked at, at most.
type depth struct {
	candidates  int // that are looked at closely
	likely      int // tracks that the vectors are asked about to choose these
	rules       int // of each antecedent, those of the highest confidence
	artistRules int // of each artist, its champions first
	artists     int // whose tracks are looked through, the most promising
}

// everything is the depth at which so many candidates come out of all there is.
func everything(candidates int) depth {
	return depth{candidates, 2 * candidates, math.MaxInt, math.MaxInt, math.MaxInt}
}

const (
	// short is the longest list that the first rules suffice for, what is excluded from
	// it included: whoever excludes much has seen what they lead to.
	short = 20
	// shortRules is how many rules of an antecedent are read for it, shortArtists whose
	// tracks are looked through.
	shortRules, shortArtists = 24, 8
)

// depth is what a list needs: ten come out of the 25 that the first rules and the vectors
// like best, five hundred out of a thousand. docs/quality.md has the figures.
func (r *Rules) depth(q Request) depth {
	if q.Limit+len(q.Exclude) > short {
		return everything(max(min(4*q.Limit, 1000), q.Limit, 40))
	}
	return depth{max(5*q.Limit/2, 25), max(6*q.Limit, 60), shortRules, r.byArtist.champions, shortArtists}
}

// firstSongs sorts the best candidates, at most limit, best first, of each song
// one version.
func (r *Rules) firstSongs(c []candidate, limit int, s *scratch) []candidate {
	isVersion := func(x candidate) bool { return r.isVersion(x.item, s) }
	best := partialSort(c, limit)
	if slices.ContainsFunc(best, isVersion) {
		best = slices.DeleteFunc(partialSort(c, len(c)), isVersion)
	}
	return best[:min(limit, len(best))]
}

// isVersion tells whether the track is a version of one that is given, excluded
// or was asked for before, or is given or excluded itself.
func (r *Rules) isVersion(i mining.Item, s *scratch) bool {
	if s.isExcluded(i) {
		return true
	}
	s.versions = r.versions.of(i, s.versions[:0])
	s.exclude(s.versions)
	return false
}

// fill completes the list with the most popular tracks.
func (r *Rules) fill(answer *Answer, limit int, s *scratch) {
	for _, rec := range answer.Recommendations {
		s.exclude([]mining.Item{rec.Item})
	}
	for i := mining.Item(0); len(answer.Recommendations) < limit && int(i) < r.Len(); i++ {
		if !r.isVersion(i, s) {
			answer.Recommendations = append(answer.Recommendations, Recommendation{Item: i})
		}
	}
}
