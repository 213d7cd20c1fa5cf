package main

import (
	"encoding/json"
	"math"
	"strings"

	"segue.dev/shared/mining"
	"segue.dev/shared/rules"
)

// received is an answer as a client reads it. Its JSON is what encoding/json makes of it.
type received struct {
	Songs           []string          `json:"songs"`
	Recommendations []receivedTrack   `json:"recommendations"`
	Unknown         []json.RawMessage `json:"unknown"`
	Fallback        string            `json:"fallback,omitempty"`
	Version         string            `json:"version"`
	ModelDate       string            `json:"model_date"`
	Rules           receivedRules     `json:"rules"`
}

type receivedRules struct {
	ID      string `json:"id"`
	Dataset string `json:"dataset"`
}

type receivedTrack struct {
	Track   string           `json:"track"`
	Artist  string           `json:"artist,omitempty"`
	URI     string           `json:"uri,omitempty"`
	Score   float64          `json:"score"`
	Because []receivedReason `json:"because"`
}

type receivedReason struct {
	Songs      []string `json:"songs"`
	Artists    []string `json:"artists,omitempty"`
	Consequent string   `json:"consequent,omitempty"`
	Support    int      `json:"support"`
	Confidence float64  `json:"confidence"`
	Lift       float64  `json:"lift"`
}

// expected is what a client should read of the answer.
func (a *answer) expected() *received {
	m := a.model
	to := &received{
		Songs: []string{}, Recommendations: []receivedTrack{}, Unknown: append([]json.RawMessage{}, a.unknown...),
		Fallback: "popularity", Version: a.version, ModelDate: m.date,
		Rules: receivedRules{m.rules.Info().ID, m.rules.Info().Dataset.Digest},
	}
	for _, f := range a.chosen.Recommendations {
		t := m.rules.Track(f.Item)
		track := receivedTrack{t.Name, t.Artist, t.URI, math.Round(float64(f.Score)*1e6) / 1e6, []receivedReason{}}
		for _, why := range f.Because {
			to.Fallback, track.Score = "", max(track.Score, 1e-6)
			track.Because = append(track.Because, receivedBecause(m.rules, why))
		}
		to.Songs, to.Recommendations = append(to.Songs, t.Name), append(to.Recommendations, track)
	}
	return to
}

func receivedBecause(r *rules.Rules, why rules.Reason) receivedReason {
	to := receivedReason{
		Songs: []string{}, Consequent: why.ConsequentArtist, Support: why.Support,
		Confidence: math.Round(why.Confidence*1e3) / 1e3, Lift: math.Round(why.Lift*1e2) / 1e2,
	}
	if why.Artist != "" {
		to.Artists = []string{why.Artist}
	}
	for _, item := range why.Antecedent {
		to.Songs = append(to.Songs, nameOf(r, item))
	}
	return to
}

func nameOf(r *rules.Rules, item mining.Item) string {
	name, _ := r.Name(item)
	return name
}

// encoded is what encoding/json writes, without the escapes that are for HTML. It does not
// call what it is compared with.
func encoded(value any) (string, error) {
	var to strings.Builder
	encoder := json.NewEncoder(&to)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return to.String(), err
}
