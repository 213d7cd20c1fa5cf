package rules

import (
	"math"

	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
)

// sharpen adds to the candidates' scores what the vectors estimate.
func (r *Rules) sharpen(c []candidate, s *scratch) {
	for _, seed := range s.seeds {
		r.vectors.Add(&s.direction, seed.item, seed.weight)
	}
	s.direction.Point()
	known := mining.Item(len(r.vectors.Scales))
	s.asked = s.asked[:0]
	for _, x := range c {
		if x.item < known {
			s.asked = append(s.asked, x.item)
		}
	}
	s.estimates = resize(s.estimates, len(s.asked))
	r.vectors.Estimates(s.estimates, &s.direction, s.asked)
	answers := s.estimates
	for n := range c {
		if x := &c[n]; x.item < known {
			x.estimate, answers = answers[0], answers[1:]
			x.score = max(x.score+float32(vectorWeight*x.estimate*r.strength.of(r.tracks[x.item].support).consequent), x.score*1e-6)
		}
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
