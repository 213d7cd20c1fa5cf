package main

import (
	"encoding/json"
	"net/http"

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
	Score   float32  `json:"score"`
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
	Support    int     `json:"support"` // playlists with all of them
	Confidence float64 `json:"confidence"`
	Lift       float64 `json:"lift"`
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
	found := m.recommendOthers(seeds, exclude.Items, q.limit)
	a := &answer{
		Songs:           make([]string, len(found)),
		Recommendations: make([]recommendation, len(found)),
		Unknown:         unknown,
		Fallback:        "popularity",
		ModelDate:       m.date,
		Rules:           m.source,
	}
	for i, f := range found {
		a.Recommendations[i] = m.recommendation(f)
		a.Songs[i] = a.Recommendations[i].Track
		if len(f.Because) > 0 {
			a.Fallback = ""
		}
	}
	return a
}

// find gives what entries name, and those that name no track, as sent.
func (m *model) find(entries []entry) (found rules.Found, unknown []json.RawMessage) {
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

// recommendOthers recommends tracks that are neither seeds nor excluded, nor
// another version of one: a dataset may hold one song under several URIs. Each
// round excludes the versions that came up and asks for twice as many, so that
// even a song with thousands of versions takes a few rounds; one is the rule.
func (m *model) recommendOthers(seeds rules.Found, exclude []mining.Item, limit int) []rules.Recommendation {
	given := songsOf(m.rules, seeds.Items, exclude)
	for ask := limit; ; ask = min(2*ask, m.rules.Len()) {
		found := m.rules.Recommend(rules.Request{Seeds: seeds.Items, Artists: seeds.Artists, Exclude: exclude, Limit: ask}).Recommendations
		before := len(exclude)
		for _, f := range found {
			if given.has(m.rules.Song(f.Item)) {
				exclude = append(exclude, f.Item)
			}
		}
		if len(exclude) == before {
			return found[:min(limit, len(found))]
		}
	}
}

func (m *model) recommendation(f rules.Recommendation) recommendation {
	track := m.rules.Track(f.Item)
	because := make([]reason, len(f.Because))
	for i, rule := range f.Because {
		because[i] = reason{
			Songs: m.names(rule.Antecedent), Consequent: rule.Consequent,
			Support: rule.Support, Confidence: rule.Confidence, Lift: rule.Lift,
		}
		if rule.Artist != "" {
			because[i].Artists = []string{rule.Artist}
		}
	}
	return recommendation{track.Name, track.Artist, track.URI, f.Score, because}
}

func (m *model) names(items []mining.Item) []string {
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = m.rules.Track(item).Name
	}
	return names
}

// songSet is a set of songs: tracks of one artist and name are the same song.
type songSet map[uint64]struct{}

func songsOf(r *rules.Rules, lists ...[]mining.Item) songSet {
	set := songSet{}
	for _, items := range lists {
		for _, item := range items {
			set[r.Song(item)] = struct{}{}
		}
	}
	return set
}

func (s songSet) has(song uint64) bool {
	_, found := s[song]
	return found
}
