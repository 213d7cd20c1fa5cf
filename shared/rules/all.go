package rules

import (
	"iter"

	"segue.dev/shared/mining"
)

// A Rule is an association rule: between tracks, or between artists, which then
// have names here.
type Rule struct {
	Antecedent []mining.Item // ascending; lies in the rule set
	Consequent mining.Item
	// Artist leads to ConsequentArtist, if the rule is one between artists.
	Artist, ConsequentArtist string

	Support    int     // playlists with antecedent and consequent
	Confidence float64 // Support / support of the antecedent
	Lift       float64 // Confidence / relative support of the consequent
}

// All gives every rule: those between tracks, then those between artists, both
// by antecedent and consequent.
func (r *Rules) All() iter.Seq[Rule] {
	return func(yield func(Rule) bool) {
		_ = r.eachOfTracks(yield) && r.eachOfArtists(yield)
	}
}

func (r *Rules) eachOfTracks(yield func(Rule) bool) bool {
	for a, support := range r.antecedents.supports {
		for rule := r.rules.of(uint32(a)); rule.next(); {
			c := rule.consequent
			why := r.reason(rule.support, support, r.supports[c])
			if !yield(Rule{Antecedent: r.antecedents.at(uint32(a)), Consequent: c, Support: why.Support, Confidence: why.Confidence, Lift: why.Lift}) {
				return false
			}
		}
	}
	return true
}

func (r *Rules) eachOfArtists(yield func(Rule) bool) bool {
	for a, support := range r.byArtist.supports {
		for rule := r.byArtist.rules.of(uint32(a)); rule.next(); {
			c := rule.consequent
			why := r.reason(rule.support, support, r.byArtist.supports[c])
			if !yield(Rule{Artist: r.artists.at(uint32(a)), ConsequentArtist: r.artists.at(c), Support: why.Support, Confidence: why.Confidence, Lift: why.Lift}) {
				return false
			}
		}
	}
	return true
}
