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
	for n := range recommendations {
		recommendations[n].Because = reasons[n*maxReasons : n*maxReasons : (n+1)*maxReasons]
		s.setPlace(recommendations[n].Item, n)
	}
	r.explainByTracks(recommendations, s)
	for n := range recommendations {
		s.unsetPlace(recommendations[n].Item)
	}
	r.explainByArtists(recommendations, s)
	r.explainByOwnArtist(recommendations, s)
}

// explainByTracks adds the rules between tracks.
func (r *Rules) explainByTracks(recommendations []Recommendation, s *scratch) {
	for n := range s.antecedents {
		a := &s.antecedents[n]
		for _, rule := range a.rules {
			c := rule.consequent
			if place, has := s.place(c); has {
				weight := float32(rule.support) * a.weight * r.strength.of(r.tracks[c].support).consequent
				if because := recommendations[place].admit(weight); because != nil {
					*because = r.reason(rule.support, a.support, r.tracks[c].support)
					because.Antecedent, because.weight = r.antecedents.at(a.number), weight
				}
			}
		}
	}
}

// explainByArtists adds the rules between artists: first once for each artist
// that is recommended, then for each of its tracks.
func (r *Rules) explainByArtists(recommendations []Recommendation, s *scratch) {
	artists := make([]Recommendation, 0, len(recommendations)) // one per recommended artist
	s.reasons = slices.Grow(s.reasons[:0], maxReasons*len(recommendations))
	for _, rec := range recommendations {
		if a := r.tracks[rec.Item].artist; s.artistPlace[a] == 0 {
			at := maxReasons * len(artists)
			artists = append(artists, Recommendation{Because: s.reasons[at : at : at+maxReasons]})
			s.artistPlace[a] = uint32(len(artists))
		}
	}
	supports := r.byArtist.supports
	for n := range s.seedArtists {
		seed := &s.seedArtists[n]
		for _, rule := range seed.rules {
			c := rule.consequent
			if place := s.artistPlace[c]; place > 0 {
				weight := float32(rule.support) * seed.weight * r.strength.of(supports[c]).pull
				if because := artists[place-1].admit(weight); because != nil {
					*because = r.reason(rule.support, seed.support, supports[c])
					because.Artist, because.ConsequentArtist, because.weight = r.artists.at(seed.artist), r.artists.at(c), weight
				}
			}
		}
	}
	for n, rec := range recommendations {
		a, support := r.tracks[rec.Item].artist, r.tracks[rec.Item].support
		share := float32(support) * r.strength.of(support).consequent
		for _, reason := range artists[s.artistPlace[a]-1].Because {
			reason.weight *= share
			if because := recommendations[n].admit(reason.weight); because != nil {
				*because = reason
			}
		}
	}
	for _, rec := range recommendations {
		s.artistPlace[r.tracks[rec.Item].artist] = 0
	}
	clear(s.reasons[:maxReasons*len(recommendations)]) // they point into the rules, which may be replaced
}

// explainByOwnArtist adds the rules from an artist to its own tracks.
func (r *Rules) explainByOwnArtist(recommendations []Recommendation, s *scratch) {
	for n, rec := range recommendations {
		a := r.tracks[rec.Item].artist
		if !s.ofSeeds.has(a) {
			continue
		}
		support := r.tracks[rec.Item].support
		weight := s.seedArtist(a).own * root(support)
		if because := recommendations[n].admit(weight); because != nil {
			*because = r.reason(support, r.byArtist.supports[a], support)
			because.Artist, because.weight = r.artists.at(a), weight
		}
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
