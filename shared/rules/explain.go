package rules

import (
	"slices"

	"segue.dev/shared/mining"
)

// A Reason is a rule that holds: its antecedent is part of the request. The
// antecedent is either a set of tracks or an artist.
type Reason struct {
	Antecedent []mining.Item // ascending; lies in the rule set
	Artist     string        // the antecedent, if it is an artist
	// ConsequentArtist is the recommended track's artist, if the rule leads to
	// the artist; "" if it leads to the track itself.
	ConsequentArtist string
	Support          int     // playlists with antecedent and consequent
	Confidence       float64 // Support / support of the antecedent
	Lift             float64 // Confidence / relative support of the consequent

	weight float32
}

// explain names the strongest rules behind each recommendation of an answer that has no
// reasons yet. The n-th is the n-th of best.
func (r *Rules) explain(answer *Answer, best []candidate, s *scratch) {
	answer.reasons = slices.Grow(answer.reasons, len(best)*maxReasons)[:len(best)*maxReasons]
	s.reasons = slices.Grow(s.reasons[:0], len(best)*maxReasons)
	for n, c := range best {
		because, t := answer.reasons[n*maxReasons:n*maxReasons:(n+1)*maxReasons], r.tracks[c.item]
		r.explainByTracks(&because, c.slot, t, s)
		r.explainByArtists(&because, t, s)
		r.explainByOwnArtist(&because, t, s)
		answer.Recommendations[n].Because = because
	}
	clear(s.reasons) // they point into the rules, which may be replaced
	s.artistReasons = s.artistReasons[:0]
}

// explainByTracks adds the rules between tracks.
func (r *Rules) explainByTracks(because *[]Reason, slot uint32, t track, s *scratch) {
	factor := r.strength.of(t.support).consequent
	s.ruleNumbers = s.tracks.rulesTo(slot, s.ruleNumbers)
	for _, x := range s.ruleNumbers {
		a := &s.antecedents[x.antecedent]
		rule := a.rules[x.rule]
		weight := strengthOf(rule, a.weight) * factor
		if reason := admit(because, weight); reason != nil {
			*reason = r.reason(rule.support, a.support, t.support)
			reason.Antecedent, reason.weight = r.antecedents.at(a.number), weight
		}
	}
}

// explainByArtists adds the rules between artists.
func (r *Rules) explainByArtists(because *[]Reason, t track, s *scratch) {
	share := float32(t.support) * r.strength.of(t.support).consequent
	for _, toArtist := range r.artistReasons(t.artist, s) {
		toArtist.weight *= share
		if reason := admit(because, toArtist.weight); reason != nil {
			*reason = toArtist
		}
	}
}

// artistReasons are the strongest rules that lead to an artist, found at the first
// call and kept for the artist's other tracks.
func (r *Rules) artistReasons(artist uint32, s *scratch) []Reason {
	slot := s.artists.slots[artist]
	if slot == noSlot {
		return nil
	}
	number := &s.ofArtists[slot].reasons
	if *number == 0 {
		s.artistReasons = append(s.artistReasons, r.findArtistReasons(artist, slot, s))
		*number = uint32(len(s.artistReasons))
	}
	return s.artistReasons[*number-1]
}

// findArtistReasons finds them, in the memory of s.reasons.
func (r *Rules) findArtistReasons(artist, slot uint32, s *scratch) []Reason {
	before, support := len(s.reasons), r.byArtist.supports[artist]
	s.reasons = s.reasons[:before+maxReasons]
	because, factor := s.reasons[before:before:before+maxReasons], r.strength.of(support).pull
	s.ruleNumbers = s.artists.rulesTo(slot, s.ruleNumbers)
	for _, x := range s.ruleNumbers {
		seed := &s.seedArtists[x.antecedent]
		rule := seed.rules[x.rule]
		weight := strengthOf(rule, seed.weight) * factor
		if reason := admit(&because, weight); reason != nil {
			*reason = r.reason(rule.support, seed.support, support)
			reason.Artist, reason.ConsequentArtist, reason.weight = r.artists.at(seed.artist), r.artists.at(artist), weight
		}
	}
	return because
}

// explainByOwnArtist adds the rule from an artist to its own track.
func (r *Rules) explainByOwnArtist(because *[]Reason, t track, s *scratch) {
	own := s.ofArtist(t.artist).own
	if own == 0 {
		return
	}
	weight := own * root(t.support)
	if reason := admit(because, weight); reason != nil {
		*reason = r.reason(t.support, r.byArtist.supports[t.artist], t.support)
		reason.Artist, reason.weight = r.artists.at(t.artist), weight
	}
}

// reason is a rule with those supports of the whole, the antecedent and the
// consequent.
func (r *Rules) reason(support, antecedent, consequent uint32) Reason {
	confidence := float64(support) / float64(max(antecedent, 1)) // 0 if damaged
	expected := float64(max(consequent, 1)) / float64(r.info.Dataset.Playlists)
	return Reason{Support: int(support), Confidence: confidence, Lift: confidence / expected}
}

// admit makes room, best first, for a reason of that weight. It gives nil if as many
// are there as have room, and all are as strong.
func admit(reasons *[]Reason, weight float32) *Reason {
	list := *reasons
	at := len(list)
	for at > 0 && list[at-1].weight < weight {
		at--
	}
	if at == cap(list) {
		return nil
	}
	if len(list) < cap(list) {
		list = list[:len(list)+1]
		*reasons = list
	}
	copy(list[at+1:], list[at:])
	return &list[at]
}
