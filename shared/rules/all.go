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
	var list []leads
	for a, support := range r.antecedents.supports {
		list = r.rules.all(list, uint32(a))
		for _, rule := range list {
			c := rule.consequent
			why := r.reason(rule.support, support, r.tracks[c].support)
			if !yield(Rule{Antecedent: r.antecedents.at(uint32(a)), Consequent: c, Support: why.Support, Confidence: why.Confidence, Lift: why.Lift}) {
				return false
			}
		}
	}
	return true
}

func (r *Rules) eachOfArtists(yield func(Rule) bool) bool {
	var list []leads
	for a, support := range r.byArtist.supports {
		list = r.byArtist.rules.all(list, uint32(a))
		for _, rule := range list {
			c := rule.consequent
			why := r.reason(rule.support, support, r.byArtist.supports[c])
			if !yield(Rule{Artist: r.artists.at(uint32(a)), ConsequentArtist: r.artists.at(c), Support: why.Support, Confidence: why.Confidence, Lift: why.Lift}) {
				return false
			}
		}
	}
	return true
}
