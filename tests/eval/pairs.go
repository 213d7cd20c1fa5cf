package main

import (
	"cmp"
	"math"
	"slices"

	"segue.dev/shared/mining"
	"segue.dev/shared/quality"
)

// pairs scores by all pairs of tracks, counted anew for each request: the
// classical methods in their plainest form.
type pairs struct {
	split    *quality.Split
	supports []uint32
	lists    [][]int // by item: the playlists that hold it
	known    map[mining.Item]mining.Item
}

func newPairs(split *quality.Split) *pairs {
	db := &split.Train.Playlists
	p := &pairs{split: split, supports: db.Supports(), lists: make([][]int, db.NumItems), known: split.Known()}
	for t := range db.Len() {
		for _, i := range db.At(t) {
			p.lists[i] = append(p.lists[i], t)
		}
	}
	return p
}

// recommender scores a track c by the sum, over the seeds, of the playlists
// that hold both × weight(support of the seed, support of c). Each playlist
// counts 1 or, if byLength, 1/√length. Popular tracks fill the list.
func (p *pairs) recommender(weight func(antecedent, consequent float64) float64, byLength bool) quality.Recommender {
	return func(seeds []mining.Item) ([]mining.Item, bool) {
		scores := make([]float64, len(p.supports))
		for _, seed := range seeds {
			if i, ok := p.known[seed]; ok {
				p.add(scores, i, weight, byLength)
			}
		}
		for _, seed := range seeds {
			if i, ok := p.known[seed]; ok {
				scores[i] = -1
			}
		}
		order := make([]mining.Item, len(scores))
		for i := range order {
			order[i] = mining.Item(i)
		}
		slices.SortStableFunc(order, func(a, b mining.Item) int { return cmp.Compare(scores[b], scores[a]) })
		best := order[:min(quality.ListLength, len(order))]
		byRules := len(best) > 0 && scores[best[0]] > 0
		return p.split.Origins(best), byRules
	}
}

func (p *pairs) add(scores []float64, seed mining.Item, weight func(antecedent, consequent float64) float64, byLength bool) {
	counts := make([]float64, len(scores))
	for _, t := range p.lists[seed] {
		playlist, counted := p.split.Train.Playlists.At(t), 1.0
		if byLength {
			counted = 1 / math.Sqrt(float64(len(playlist)))
		}
		for _, i := range playlist {
			counts[i] += counted
		}
	}
	for i, n := range counts {
		if n > 0 {
			scores[i] += n * weight(float64(p.supports[seed]), float64(p.supports[i]))
		}
	}
}
