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
	// Consequent is the recommended track's artist, if the rule leads to the
	// artist; "" if it leads to the track itself.
	Consequent string
	Support    int     // playlists with antecedent and consequent
	Confidence float64 // Support / support of the antecedent
	Lift       float64 // Confidence / relative support of the consequent

	weight float32
}

// explain names the strongest rules behind each recommendation.
func (r *Rules) explain(recommendations []Recommendation, antecedents []uint32, s *scratch) {
	reasons := make([]Reason, len(recommendations)*maxReasons)
	for n := range recommendations {
		recommendations[n].Because = reasons[n*maxReasons : n*maxReasons : (n+1)*maxReasons]
		s.place[recommendations[n].Item] = uint32(n + 1)
	}
	r.explainByTracks(recommendations, antecedents, s)
	for n := range recommendations {
		s.place[recommendations[n].Item] = 0
	}
	r.explainByArtists(recommendations, s)
	r.explainByOwnArtist(recommendations, s)
}

// explainByTracks adds the rules between tracks.
func (r *Rules) explainByTracks(recommendations []Recommendation, antecedents []uint32, s *scratch) {
	for _, a := range antecedents {
		support := r.antecedents.supports[a]
		weight := antecedentWeight(support)
		for rule := r.rules.of(a); rule.next(); {
			c := rule.consequent
			if place := s.place[c]; place > 0 {
				reason := r.reason(rule.support, support, r.supports[c])
				reason.Antecedent = r.antecedents.at(a)
				reason.weight = float32(rule.support) * weight * r.strength.consequent(r.supports[c])
				recommendations[place-1].explain(reason)
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
		if a := r.artistOf[rec.Item]; s.artistPlace[a] == 0 {
			at := maxReasons * len(artists)
			artists = append(artists, Recommendation{Because: s.reasons[at : at : at+maxReasons]})
			s.artistPlace[a] = uint32(len(artists))
		}
	}
	b := &r.byArtist
	for _, seed := range s.seedArtists {
		weight := seed.weight * antecedentWeight(b.supports[seed.artist])
		for rule := b.rules.of(seed.artist); rule.next(); {
			c := rule.consequent
			if place := s.artistPlace[c]; place > 0 {
				reason := r.reason(rule.support, b.supports[seed.artist], b.supports[c])
				reason.Artist, reason.Consequent = r.artists.at(seed.artist), r.artists.at(c)
				reason.weight = float32(rule.support) * weight * r.strength.consequent(b.supports[c])
				artists[place-1].explain(reason)
			}
		}
	}
	for n, rec := range recommendations {
		for _, reason := range artists[s.artistPlace[r.artistOf[rec.Item]]-1].Because {
			reason.weight *= r.share(rec.Item, b.supports[r.artistOf[rec.Item]])
			recommendations[n].explain(reason)
		}
	}
	for _, rec := range recommendations {
		s.artistPlace[r.artistOf[rec.Item]] = 0
	}
}

// explainByOwnArtist adds the rules from an artist to its own tracks.
func (r *Rules) explainByOwnArtist(recommendations []Recommendation, s *scratch) {
	for _, seed := range s.seedArtists {
		for n, rec := range recommendations {
			if r.artistOf[rec.Item] != seed.artist {
				continue
			}
			support := r.supports[rec.Item]
			reason := r.reason(support, r.byArtist.supports[seed.artist], support)
			reason.Artist = r.artists.at(seed.artist)
			reason.weight = seed.seeds * r.own(rec.Item, r.byArtist.supports[seed.artist])
			recommendations[n].explain(reason)
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

// explain keeps the strongest reasons, best first, within cap(r.Because).
func (r *Recommendation) explain(reason Reason) {
	at := len(r.Because)
	for at > 0 && r.Because[at-1].weight < reason.weight {
		at--
	}
	if at == cap(r.Because) {
		return
	}
	if len(r.Because) == cap(r.Because) {
		r.Because = r.Because[:len(r.Because)-1]
	}
	r.Because = slices.Insert(r.Because, at, reason)
}
