package main

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"

	"segue.dev/shared/mining"
	"segue.dev/shared/rules"
)

// answer is what a request gets.
type answer struct {
	// Songs[i] is the name of Recommendations[i].
	Songs           []string         `json:"songs"`
	Recommendations []recommendation `json:"recommendations"`
	// Unknown are the requested songs that match no track, as they were sent.
	Unknown []json.RawMessage `json:"unknown"`
	// Fallback is "popularity" if no recommendation comes from a rule.
	Fallback  string `json:"fallback,omitempty"`
	Version   string `json:"version"`    // of this program
	ModelDate string `json:"model_date"` // when the rules were published, RFC 3339
	Rules     source `json:"rules"`
}

// recommendation is one track, and the rules that recommend it, strongest
// first; none if it is there because it is popular.
type recommendation struct {
	Track   string   `json:"track"`
	Artist  string   `json:"artist,omitempty"`
	URI     string   `json:"uri,omitempty"`
	Score   float64  `json:"score"` // to 6 decimals
	Because []reason `json:"because"`
}

// reason is an association rule: who has these songs, or a song by this artist,
// has the recommended one, or one by its artist.
type reason struct {
	Songs []string `json:"songs"`
	// Artists is the artist that the rule begins with, instead of songs.
	Artists []string `json:"artists,omitempty"`
	// Consequent is the artist that the rule leads to, if not to the song itself.
	Consequent string  `json:"consequent,omitempty"`
	Support    int     `json:"support"`    // playlists with all of them
	Confidence float64 `json:"confidence"` // to 3 decimals
	Lift       float64 `json:"lift"`       // to 2 decimals
}

// source names the rules that an answer comes from.
type source struct {
	ID      string `json:"id"`
	Dataset string `json:"dataset"` // digest
}

// recommend is POST /api/recommend.
func (a *api) recommend(r *http.Request) (any, error) {
	request, err := readRequest(r)
	if err != nil {
		return nil, err
	}
	if err := a.limit.enter(); err != nil {
		return nil, err
	}
	defer a.limit.leave()
	model, err := a.rules.model(r.Context())
	if err != nil {
		return nil, err
	}
	answer := model.answer(request)
	answer.Version = a.version
	a.metrics.answered(r.Context(), answer)
	return answer, nil
}

// answer answers from one rule set.
func (m *model) answer(q *request) *answer {
	seeds, unknown := m.find(q.songs)
	exclude, _ := m.find(q.exclude)
	found := m.rules.Recommend(rules.Request{Seeds: seeds.Items, Artists: seeds.Artists, Exclude: exclude.Items, Limit: q.limit}).Recommendations
	a := &answer{
		Songs:           make([]string, len(found)),
		Recommendations: make([]recommendation, len(found)),
		Unknown:         unknown,
		Fallback:        "popularity",
		ModelDate:       m.date,
		Rules:           m.source,
	}
	describe := newDescriber(m.rules, found)
	for i, f := range found {
		a.Recommendations[i] = describe.recommendation(f)
		a.Songs[i] = a.Recommendations[i].Track
		if len(f.Because) > 0 {
			a.Fallback = ""
		}
	}
	return a
}

// find gives what entries name, and those that name no track, as sent.
func (m *model) find(entries []entry) (found rules.Found, unknown []json.RawMessage) {
	if len(entries) == 0 {
		return found, nil
	}
	queries := make([]rules.Query, len(entries))
	for n, e := range entries {
		queries[n] = e.query
	}
	found, unknown = m.rules.Resolve(queries), []json.RawMessage{}
	for _, n := range found.Unknown {
		unknown = append(unknown, entries[n].sent)
	}
	return found, unknown
}

// uriLength is that of most URIs, in bytes.
const uriLength = 40

// describer words recommendations. What they are worded with lies in a few
// slices for all of them.
type describer struct {
	rules   *rules.Rules
	uris    strings.Builder
	because []reason
	names   []string
}

func newDescriber(r *rules.Rules, found []rules.Recommendation) *describer {
	reasons, names := 0, 0
	for _, f := range found {
		reasons += len(f.Because)
		for _, rule := range f.Because {
			names += len(rule.Antecedent) + 1
		}
	}
	d := &describer{rules: r, because: make([]reason, 0, reasons), names: make([]string, 0, names)}
	d.uris.Grow(uriLength * len(found))
	return d
}

func (d *describer) recommendation(f rules.Recommendation) recommendation {
	name, artist := d.rules.Name(f.Item)
	before := len(d.because)
	for _, rule := range f.Because {
		because := reason{
			Songs: []string{}, Consequent: rule.Consequent,
			Support: rule.Support, Confidence: round(rule.Confidence, 1e3), Lift: round(rule.Lift, 1e2),
		}
		if rule.Artist != "" {
			because.Artists = d.list(func() { d.names = append(d.names, rule.Artist) })
		} else {
			because.Songs = d.list(func() {
				for _, item := range rule.Antecedent {
					name, _ := d.rules.Name(item)
					d.names = append(d.names, name)
				}
			})
		}
		d.because = append(d.because, because)
	}
	return recommendation{name, artist, d.uri(f.Item), round(float64(f.Score), 1e6), d.because[before:len(d.because):len(d.because)]}
}

// round keeps what is worth reading: whole parts of one.
func round(x, parts float64) float64 { return math.Round(x*parts) / parts }

// list is what add appends to the names.
func (d *describer) list(add func()) []string {
	before := len(d.names)
	add()
	return d.names[before:len(d.names):len(d.names)]
}

func (d *describer) uri(item mining.Item) string {
	before := d.uris.Len()
	prefix, rest := d.rules.URI(item)
	d.uris.WriteString(prefix)
	d.uris.WriteString(rest)
	return d.uris.String()[before:]
}
