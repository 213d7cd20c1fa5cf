package rules

import "math"

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
	// vectorWeight is what the vectors' estimate counts beside supports.
	vectorWeight = 80
	// artistWeight is what a rule between artists counts beside one between
	// tracks.
	artistWeight = 1.2
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
	antecedents []float32 // antecedentWeight by support
	consequents []float32 // consequentWeight by support
	artists     []artistFactors
}

// artistFactors turn a rule to an artist, its support times its antecedent's
// weight, into what it gives the artist's tracks.
type artistFactors struct {
	pull float32 // for each playlist that holds the track, and its weight as a consequent
	most float32 // to a track that every playlist of the artist holds
}

const maxTable = 1 << 16

func newStrengths(r *Rules) (s strengths) {
	s.antecedents, s.consequents = make([]float32, 0, 1024), make([]float32, 0, 1024)
	for _, t := range r.tracks {
		s.add(t.support)
	}
	s.artists = make([]artistFactors, len(r.byArtist.supports))
	for a, support := range r.byArtist.supports {
		s.add(support)
		pull := s.consequent(support) * artistWeight / (float32(support) + artistShrinkage)
		s.artists[a] = artistFactors{pull, 1.0001 * pull * float32(support) * s.consequent(support)} // rounding must not pass over any
	}
	return s
}

// add computes the weights of a support that occurs.
func (s *strengths) add(support uint32) {
	if support >= maxTable {
		return
	}
	if more := int(support) + 1 - len(s.consequents); more > 0 {
		s.antecedents = append(s.antecedents, make([]float32, more)...)
		s.consequents = append(s.consequents, make([]float32, more)...)
	}
	if s.consequents[support] == 0 {
		s.antecedents[support], s.consequents[support] = antecedentWeight(support), consequentWeight(support)
	}
}

// antecedent is antecedentWeight. Several tracks together may have a support that
// no track has, and that is not in the table.
func (s *strengths) antecedent(support uint32) float32 {
	if int(support) < len(s.antecedents) && s.antecedents[support] > 0 {
		return s.antecedents[support]
	}
	return antecedentWeight(support)
}

// consequent is consequentWeight.
func (s *strengths) consequent(support uint32) float32 {
	if int(support) < len(s.consequents) {
		return s.consequents[support]
	}
	return consequentWeight(support)
}

func antecedentWeight(support uint32) float32 {
	return float32(math.Pow(float64(support)+shrinkage, -asymmetry))
}

func consequentWeight(support uint32) float32 {
	return float32(math.Pow(float64(support)+shrinkage, asymmetry-1))
}
