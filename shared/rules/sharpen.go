package rules

import (
	"math"

	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
)

// few is how many recommendations are worth pruning for.
const few = 64

// sharpen adds to candidates what the vectors estimate, and gives the best of
// them, at most limit, best first.
//
// By the inequality of Cauchy and Schwarz an estimate is at most the product of
// two lengths. So for a short list most candidates need no estimate: they could
// not come in front of what is known to be good.
func (r *Rules) sharpen(c []candidate, seeds []mining.Item, limit int, s *scratch) []candidate {
	known := mining.Item(len(r.vectors.Scales))
	for _, i := range seeds {
		if i < known {
			accumulate(s.wish, r.vectors.At(i), r.vectors.Scales[i]*antecedentWeight(r.supports[i]))
		}
	}
	if limit == 0 || limit > few || len(c) <= few {
		for n := range c {
			c[n].score = r.sharpened(c[n], s)
		}
		return first(c, limit)
	}
	// Those whose scores could become the highest are estimated first.
	wish := 1.0001 * vectorWeight * length(s.wish) // rounding must not prune
	bounds := s.bounds[:0]
	for n, x := range c {
		bound := x.score
		if x.item < known {
			bound += wish * r.vectorLengths[x.item] * r.strength.consequent(r.supports[x.item])
		}
		bounds = append(bounds, candidate{uint32(n), bound})
	}
	s.bounds = bounds
	selectBest(bounds, few, s.bins)
	best := s.best64[:0]
	for _, b := range bounds[:few] {
		best = append(best, candidate{c[b.item].item, r.sharpened(c[b.item], s)})
	}
	best = first(best, limit)
	for _, b := range bounds[few:] {
		worst := &best[len(best)-1]
		if b.score < worst.score {
			continue
		}
		if x := (candidate{c[b.item].item, r.sharpened(c[b.item], s)}); compare(x, *worst) < 0 {
			*worst = x
			sink(best)
		}
	}
	return best
}

// sharpened is the candidate's score with what the vectors estimate.
func (r *Rules) sharpened(c candidate, s *scratch) float32 {
	if int(c.item) >= len(r.vectors.Scales) {
		return c.score
	}
	return max(c.score+vectorWeight*r.estimate(c.item, s)*r.strength.consequent(r.supports[c.item]), c.score*1e-6)
}

// estimate is the product of the request's vector and that of a track that has
// one.
func (r *Rules) estimate(i mining.Item, s *scratch) float32 {
	return project(s.wish, r.vectors.At(i)) * r.vectors.Scales[i]
}

// sink moves the last candidate to where it belongs in front.
func sink(best []candidate) {
	for at := len(best) - 1; at > 0 && compare(best[at], best[at-1]) < 0; at-- {
		best[at], best[at-1] = best[at-1], best[at]
	}
}

// vectorLengths are the Euclidean lengths of vectors.
func vectorLengths(v *latent.Vectors) []float32 {
	lengths := make([]float32, len(v.Scales))
	for i := range lengths {
		var squares float64
		for _, x := range v.At(mining.Item(i)) {
			squares += float64(x) * float64(x)
		}
		lengths[i] = float32(math.Sqrt(squares)) * v.Scales[i]
	}
	return lengths
}

func length(v []float32) float32 {
	var squares float64
	for _, x := range v {
		squares += float64(x) * float64(x)
	}
	return float32(math.Sqrt(squares))
}
