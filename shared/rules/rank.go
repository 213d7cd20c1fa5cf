package rules

import (
	"errors"
	"math"
	"slices"

	"segue.dev/shared/mining"
	"segue.dev/shared/ranking"
)

// ranked are the candidates whose order is learned.
const ranked = 1000

// rank puts the candidates in the order that was learned.
func (r *Rules) rank(best []candidate, features []float32, s *scratch) {
	s.ranks = r.ranking.Score(s.ranks[:0], features)
	for n, score := range s.ranks {
		best[n].score = score
	}
	slices.SortFunc(best, compare)
	share(best)
}

// share turns scores, of which only the differences say something, into
// positive ones that add up to 1 (softmax). The order stays.
func share(best []candidate) {
	if len(best) == 0 {
		return
	}
	highest, sum := best[0].score, 0.0
	for _, c := range best {
		sum += math.Exp(float64(c.score - highest))
	}
	for n, c := range best {
		best[n].score = float32(max(math.Exp(float64(c.score-highest))/sum, math.SmallestNonzeroFloat32))
	}
}

// Candidates are the tracks that Recommend chooses from, and a row of features
// for each, from which their order can be learned.
func (r *Rules) Candidates(q Request) (items []mining.Item, features []float32) {
	s := r.scratch.get()
	defer r.scratch.put(s)
	best, seeds, antecedents := r.candidates(q, ranked, s)
	for _, c := range best {
		items = append(items, c.item)
	}
	return items, slices.Clone(r.describe(best, q, seeds, antecedents, s))
}

// sliceRanking lays the network over its section.
func (r *Rules) sliceRanking(s *[sectionEnd][]byte) error {
	var all []float32
	if err := column(s, sectionRanking, &all); err != nil || len(all) == 0 {
		return err
	}
	if len(all) < Features || (len(all)-Features)%(Features+2) != 0 {
		return errors.New("the network that ranks has another number of features")
	}
	r.ranking = ranking.Network{Scales: all[:Features], Weights: all[Features:]}
	return r.ranking.Check()
}
