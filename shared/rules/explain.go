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

// explain names the strongest rules behind each recommendation.
func (r *Rules) explain(recommendations []Recommendation, s *scratch) {
	reasons := make([]Reason, len(recommendations)*maxReasons)
	s.reasons = slices.Grow(s.reasons[:0], maxReasons*len(recommendations))
	for n := range recommendations {
		rec := &recommendations[n]
		rec.Because = reasons[n*maxReasons : n*maxReasons : (n+1)*maxReasons]
		t := r.tracks[rec.Item]
		r.explainByTracks(rec, t, s)
		r.explainByArtists(rec, t, s)
		r.explainByOwnArtist(rec, t, s)
	}
	clear(s.reasons) // they point into the rules, which may be replaced
	s.toArtists = s.toArtists[:0]
}

// explainByTracks adds the rules between tracks.
func (r *Rules) explainByTracks(rec *Recommendation, t track, s *scratch) {
	consequent := r.strength.of(t.support).consequent
	s.rulesTo = s.tracks.to(s.tracks.places[rec.Item], s.rulesTo)
	for _, x := range s.rulesTo {
		a := &s.antecedents[x.antecedent]
		rule := a.rules[x.rule]
		weight := strengthOf(rule, a.weight) * consequent
		if because := rec.admit(weight); because != nil {
			*because = r.reason(rule.support, a.support, t.support)
			because.Antecedent, because.weight = r.antecedents.at(a.number), weight
		}
	}
}

// explainByArtists adds the rules between artists.
func (r *Rules) explainByArtists(rec *Recommendation, t track, s *scratch) {
	share := float32(t.support) * r.strength.of(t.support).consequent
	for _, reason := range r.toArtist(t.artist, s) {
		reason.weight *= share
		if because := rec.admit(reason.weight); because != nil {
			*because = reason
		}
	}
}

// toArtist are the strongest rules that lead to an artist. They are looked for once.
func (r *Rules) toArtist(artist uint32, s *scratch) []Reason {
	place := s.artists.places[artist]
	if place == nowhere {
		return nil
	}
	known := &s.pulls[place].reasons
	if *known == 0 {
		s.toArtists = append(s.toArtists, r.reasonsFor(artist, place, s))
		*known = uint32(len(s.toArtists))
	}
	return s.toArtists[*known-1].Because
}

func (r *Rules) reasonsFor(artist, place uint32, s *scratch) (to Recommendation) {
	before, support := len(s.reasons), r.byArtist.supports[artist]
	s.reasons = s.reasons[:before+maxReasons]
	to.Because = s.reasons[before : before : before+maxReasons]
	s.rulesTo = s.artists.to(place, s.rulesTo)
	for _, x := range s.rulesTo {
		seed := &s.seedArtists[x.antecedent]
		rule := seed.rules[x.rule]
		weight := strengthOf(rule, seed.weight) * r.strength.of(support).pull
		if because := to.admit(weight); because != nil {
			*because = r.reason(rule.support, seed.support, support)
			because.Artist, because.ConsequentArtist, because.weight = r.artists.at(seed.artist), r.artists.at(artist), weight
		}
	}
	return to
}

// explainByOwnArtist adds the rule from an artist to its own track.
func (r *Rules) explainByOwnArtist(rec *Recommendation, t track, s *scratch) {
	own := s.ofArtist(t.artist).own
	if own == 0 {
		return
	}
	weight := own * root(t.support)
	if because := rec.admit(weight); because != nil {
		*because = r.reason(t.support, r.byArtist.supports[t.artist], t.support)
		because.Artist, because.weight = r.artists.at(t.artist), weight
	}
}

// reason is a rule with those supports of the whole, the antecedent and the
// consequent.
func (r *Rules) reason(support, antecedent, consequent uint32) Reason {
	confidence := float64(support) / float64(max(antecedent, 1)) // 0 if damaged
	expected := float64(max(consequent, 1)) / float64(r.info.Dataset.Playlists)
	return Reason{Support: int(support), Confidence: confidence, Lift: confidence / expected}
}

// admit makes room for a reason of that weight, which is kept if it is among the
// strongest that cap(r.Because) holds, best first; nil if it is not.
func (r *Recommendation) admit(weight float32) *Reason {
	at := len(r.Because)
	for at > 0 && r.Because[at-1].weight < weight {
		at--
	}
	if at == cap(r.Because) {
		return nil
	}
	if len(r.Because) < cap(r.Because) {
		r.Because = r.Because[:len(r.Because)+1]
	}
	copy(r.Because[at+1:], r.Because[at:])
	return &r.Because[at]
}
