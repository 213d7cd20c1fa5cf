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

// strengths are the factors of rules' strengths by support, computed once for each
// support that occurs. Nearly all are small; those of what is above maxTable, or of
// several tracks together, are computed when they are needed.
type strengths []factors

// factors are what a support counts.
type factors struct {
	antecedent float32 // of rules that begin with what has the support
	consequent float32 // of rules that lead to it
	// Of an artist that has it, of rules that lead to the artist:
	pull float32 // for each playlist that holds the track, and its weight as a consequent
	most float32 // to a track that every playlist of the artist holds
}

const maxTable = 1 << 16

func newStrengths(r *Rules) strengths {
	s := make(strengths, 0, 1024)
	before := uint32(0)
	for _, t := range r.tracks { // most have the support of the one before
		if t.support != before {
			s.add(t.support)
			before = t.support
		}
	}
	for _, support := range r.byArtist.supports {
		s.add(support)
	}
	return s
}

// add computes the factors of a support that occurs.
func (s *strengths) add(support uint32) {
	if support >= maxTable {
		return
	}
	if more := int(support) + 1 - len(*s); more > 0 {
		*s = append(*s, make([]factors, more)...)
	}
	if known := &(*s)[support]; known.consequent == 0 {
		*known = factorsOf(support)
	}
}

// of gives the factors of a support.
func (s strengths) of(support uint32) factors {
	if int(support) < len(s) && s[support].consequent > 0 {
		return s[support]
	}
	return factorsOf(support)
}

func factorsOf(support uint32) factors {
	weight := consequentWeight(support)
	pull := weight * artistWeight / (float32(support) + artistShrinkage)
	return factors{
		antecedent: float32(math.Pow(float64(support)+shrinkage, -asymmetry)),
		consequent: weight,
		pull:       pull,
		most:       1.0001 * pull * float32(support) * weight, // rounding must not pass over any
	}
}

// consequentWeight is what a rule's support counts, given that of its consequent.
func consequentWeight(support uint32) float32 {
	return float32(math.Pow(float64(support)+shrinkage, asymmetry-1))
}
