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

// strengths are the factors of rules' strengths by support, computed at load for
// every support below maxTable that a track or an artist has. Any other is computed
// when it is needed: few are so large, and an antecedent of several tracks may have
// a support that no track has.
type strengths []factors

// factors are what a support does to the strength of a rule.
type factors struct {
	antecedent float32 // (support + shrinkage)^-asymmetry
	consequent float32 // (support + shrinkage)^(asymmetry-1)
	// Of an artist with that support, what a rule to it gives each of its tracks:
	pull float32 // times the track's support and its factor as a consequent
	most float32 // at the most, and a bit more because of rounding
}

// maxTable bounds the memory of strengths.
const maxTable = 1 << 16

func newStrengths(r *Rules) strengths {
	s := make(strengths, 0, 1024)
	for _, t := range r.tracks {
		s.add(t.support)
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
	consequent := float32(math.Pow(float64(support)+shrinkage, asymmetry-1))
	pull := consequent * artistWeight / (float32(support) + artistShrinkage)
	return factors{
		antecedent: float32(math.Pow(float64(support)+shrinkage, -asymmetry)),
		consequent: consequent,
		pull:       pull,
		most:       1.0001 * pull * float32(support) * consequent, // rounding must not pass over any
	}
}
