package rules

import (
	"errors"
	"math"
	"slices"

	"segue.dev/shared/mining"
	"segue.dev/shared/ranking"
)

// rank gives the candidates in the order that was learned, as many as are asked
// for. Their scores become shares of what speaks for all of them (softmax).
func (r *Rules) rank(best []candidate, q Request, s *scratch) []candidate {
	candidates, request := r.describe(best, float32(len(q.Artists)), s)
	s.ranks = r.ranking.Score(s.ranks[:0], candidates, request)
	if len(best) == 0 {
		return nil
	}
	highest, sum := slices.Max(s.ranks), 0.0
	for n, score := range s.ranks {
		best[n].score = score
		sum += math.Exp(float64(score - highest))
	}
	best = r.firstSongs(best, q.Limit, s)
	for n, c := range best {
		best[n].score = float32(max(math.Exp(float64(c.score-highest))/sum, math.SmallestNonzeroFloat32))
	}
	return best
}

// Candidates are the tracks that Recommend chooses from, a row of features for
// each, and those of the request: from them their order can be learned.
func (r *Rules) Candidates(q Request) (items []mining.Item, candidates, request []float32) {
	s := r.scratch.get()
	defer r.scratch.put(s)
	best := r.candidates(q, r.depth(q), s)
	slices.SortFunc(best, compare)
	for _, c := range best {
		items = append(items, c.item)
	}
	candidates, request = r.describe(best, float32(len(q.Artists)), s)
	return items, slices.Clone(candidates), slices.Clone(request)
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
