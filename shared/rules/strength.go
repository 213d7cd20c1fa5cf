package rules

import (
	"math"

	"segue.dev/shared/mining"
)

// How strong a rule A → c with support s is:
//
//	s / ((support(A) + shrinkage)^asymmetry · (support(c) + shrinkage)^(1-asymmetry))
//
// With asymmetry 1 it would be confidence, which prefers what is popular
// anyway; with ½ the cosine. ¾ is the asymmetric cosine that won the Million
// Song Dataset Challenge (Aiolli, RecSys 2013). Shrinkage is the weight, in
// playlists, of the belief that a rule does not hold: one that held in 2 of 2
// playlists says less than one that held in 150 of 200.
const (
	shrinkage = 10
	asymmetry = 0.75
)

// docs/quality.md says what each of these buys.
const (
	// candidates are the tracks, best by rules, whose order the vectors sharpen.
	candidates = 2000
	// vectorWeight is what the vectors' estimate counts beside supports.
	vectorWeight = 80
	// artistWeight is what a rule between artists counts beside one between
	// tracks.
	artistWeight = 1.2
	// tracksOfArtist are the most tracks that a rule to an artist leads to.
	tracksOfArtist = 50
	// artistShrinkage keeps a track from getting all of what leads to an artist
	// that few playlists hold.
	artistShrinkage = 3
	// ownWeight is how strong the rule from an artist to its own track is, if
	// its confidence is 1.
	ownWeight = 0.8
)

// maxScale bounds the scale of a vector in an object: far above what training
// gives, and low enough for every score to be finite.
const maxScale = 1e6

// strengths are the factors of rules' strengths that need a power, computed
// once for each support that occurs. Nearly all supports are small; what is
// above maxTable is computed when it is needed.
type strengths struct {
	consequents []float32 // consequentWeight by support
}

const maxTable = 1 << 16

func newStrengths(r *Rules) (s strengths) {
	s.consequents = make([]float32, 0, 1024)
	for _, column := range [][]uint32{r.supports, r.byArtist.supports} {
		for _, support := range column {
			if support >= maxTable {
				continue
			}
			if int(support) >= len(s.consequents) {
				s.consequents = append(s.consequents, make([]float32, int(support)+1-len(s.consequents))...)
			}
			if s.consequents[support] == 0 {
				s.consequents[support] = consequentWeight(support)
			}
		}
	}
	return s
}

// consequent is consequentWeight.
func (s *strengths) consequent(support uint32) float32 {
	if int(support) < len(s.consequents) {
		return s.consequents[support]
	}
	return consequentWeight(support)
}

// share is what a track gets of a rule that leads to its artist.
func (r *Rules) share(i mining.Item, ofArtist uint32) float32 {
	support := r.supports[i]
	return float32(artistWeight*float64(support)/(float64(ofArtist)+artistShrinkage)) * r.strength.consequent(support)
}

// own is the strength of the rule from an artist to its own track.
func (r *Rules) own(i mining.Item, ofArtist uint32) float32 {
	return float32(ownWeight * math.Sqrt(float64(r.supports[i])/(float64(ofArtist)+shrinkage)))
}

func antecedentWeight(support uint32) float32 {
	return float32(math.Pow(float64(support)+shrinkage, -asymmetry))
}

func consequentWeight(support uint32) float32 {
	return float32(math.Pow(float64(support)+shrinkage, asymmetry-1))
}

// accumulate adds weight × vector to sum.
func accumulate(sum []float32, vector []int8, weight float32) {
	vector = vector[:len(sum)]
	for d := range sum {
		sum[d] += float32(weight * float32(vector[d]))
	}
}

// project is the dot product, summed in a fixed order.
func project(wish []float32, vector []int8) float32 {
	vector = vector[:len(wish)]
	var sum0, sum1 float32
	d := 0
	for ; d+1 < len(wish); d += 2 {
		sum0 += float32(wish[d] * float32(vector[d]))
		sum1 += float32(wish[d+1] * float32(vector[d+1]))
	}
	if d < len(wish) {
		sum0 += float32(wish[d] * float32(vector[d]))
	}
	return sum0 + sum1
}
