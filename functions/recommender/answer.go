package main

import (
	"encoding/json"
	"sync"

	"github.com/valyala/fasthttp"

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

	// The lists in Recommendations lie in these.
	because []reason
	names   []string

	// chosen is what is worded here, kept for its memory.
	chosen rules.Answer
}

// answers are used again with the memory of their lists: several KB each, and some
// hundreds for lists of 500.
var answers = sync.Pool{New: func() any {
	return &answer{Songs: []string{}, Recommendations: []recommendation{}, because: []reason{}}
}}

// release lets other requests have the answer, which keeps nothing of the rules
// alive: they may be replaced.
func (a *answer) release() {
	clear(a.Songs)
	clear(a.Recommendations)
	clear(a.because)
	clear(a.names)
	a.chosen.Clear()
	*a = answer{Songs: a.Songs[:0], Recommendations: a.Recommendations[:0], because: a.because[:0], names: a.names[:0], chosen: a.chosen}
	answers.Put(a)
}

// recommendation is one track, and the rules that recommend it, strongest
// first; none if it is there because it is popular.
type recommendation struct {
	Track   string   `json:"track"`
	Artist  string   `json:"artist,omitempty"`
	URI     uri      `json:"uri,omitzero"`
	Score   decimal  `json:"score"` // to 6 decimals
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
	Confidence decimal `json:"confidence"` // to 3 decimals
	Lift       decimal `json:"lift"`       // to 2 decimals
}

// source names the rules that an answer comes from.
type source struct {
	ID      string `json:"id"`
	Dataset string `json:"dataset"` // digest
}

// recommend is POST /api/recommend.
func (a *api) recommend(c *fasthttp.RequestCtx) (any, error) {
	request, err := a.readRequest(c)
	if err != nil {
		return nil, err
	}
	defer request.release()
	model, err := a.enter()
	if err != nil {
		return nil, err
	}
	defer a.limit.leave()
	answer := model.answer(request)
	answer.Version = a.version
	a.counts.answered(answer)
	return answer, nil
}

// answer answers from one rule set.
func (m *model) answer(q *request) *answer {
	seeds, unknown := m.find(&q.songs)
	a := answers.Get().(*answer)
	m.rules.RecommendInto(&a.chosen, rules.Request{
		Seeds: seeds.Items, Artists: seeds.Artists, Exclude: m.known(q.exclude.queries), Limit: q.limit,
	})
	a.Unknown, a.Fallback, a.ModelDate, a.Rules = unknown, "popularity", m.date, m.source
	for n := range a.chosen.Recommendations {
		f := &a.chosen.Recommendations[n]
		name, artist := m.rules.Name(f.Item)
		prefix, rest := m.rules.URI(f.Item)
		a.Songs = append(a.Songs, name)
		a.Recommendations = append(a.Recommendations, recommendation{
			name, artist, uri{prefix, rest}, score(f), a.describe(m.rules, f.Because),
		})
		if len(f.Because) > 0 {
			a.Fallback = ""
		}
	}
	return a
}

// describe words the rules behind a recommendation.
func (a *answer) describe(r *rules.Rules, because []rules.Reason) []reason {
	before := len(a.because)
	for n := range because {
		rule, first := &because[n], len(a.names)
		why := reason{
			Songs: none, Consequent: rule.ConsequentArtist,
			Support: rule.Support, Confidence: round(rule.Confidence, 1e3), Lift: round(rule.Lift, 1e2),
		}
		if rule.Artist != "" {
			a.names = append(a.names, rule.Artist)
			why.Artists = a.names[first:]
		} else {
			for _, item := range rule.Antecedent {
				name, _ := r.Name(item)
				a.names = append(a.names, name)
			}
			why.Songs = a.names[first:]
		}
		a.because = append(a.because, why)
	}
	return a.because[before:]
}

// none is a list without a name, which is not null in JSON.
var none = []string{}

// score is a recommendation's to 6 decimals; 0 is only for what no rule
// recommends.
func score(f *rules.Recommendation) decimal {
	rounded := round(float64(f.Score), 1e6)
	if len(f.Because) > 0 {
		rounded = max(rounded, 1)
	}
	return rounded
}

// uri is a track's, in the two parts that lie in the rule set: they are put together
// only where they are sent.
type uri struct{ prefix, rest string }

// known gives the tracks that the queries name. Of those that name none, unlike find, it
// wants nothing, not even their artists.
func (m *model) known(queries []rules.Query) (items []mining.Item) {
	for _, q := range queries {
		if item, ok := m.rules.Find(q); ok {
			items = append(items, item)
		}
	}
	return items
}

// find gives what entries name, and those that name no track, as sent.
func (m *model) find(e *entries) (found rules.Found, unknown []json.RawMessage) {
	found, unknown = m.rules.Resolve(e.queries), []json.RawMessage{}
	for _, n := range found.Unknown {
		unknown = append(unknown, json.RawMessage(e.sent[n]))
	}
	return found, unknown
}
