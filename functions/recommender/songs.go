package main

import (
	"net/url"
	"unicode/utf8"

	"github.com/valyala/fasthttp"
)

// foundSong is one track that a search found.
type foundSong struct {
	Track   string `json:"track"`
	Artist  string `json:"artist,omitempty"`
	URI     string `json:"uri,omitempty"`
	Support int    `json:"support"` // playlists that have it
}

// songs is GET /api/songs?q=…&limit=…, the search as one types.
func (a *api) songs(c *fasthttp.RequestCtx) (any, error) {
	text, limit, err := readSearch(string(c.URI().QueryString()))
	if err != nil {
		return nil, err
	}
	model, err := a.enter()
	if err != nil {
		return nil, err
	}
	defer a.limit.leave()
	found := []foundSong{}
	for _, item := range model.rules.Search(text, limit) {
		t := model.rules.Track(item)
		found = append(found, foundSong{t.Name, t.Artist, t.URI, model.rules.Support(item)})
	}
	return found, nil
}

// maxText bounds what is searched for, in bytes: the more words, the longer a
// search takes.
const maxText = 200

func readSearch(query string) (text string, limit int, err error) {
	parameters, err := url.ParseQuery(query)
	if err != nil {
		return "", 0, malformed.errorf("the query cannot be read: percent-encode it (%v)", err)
	}
	for name, values := range parameters {
		if name != "q" && name != "limit" {
			return "", 0, malformed.errorf("%.40q is no parameter of a search: it has q and limit", name)
		}
		if len(values) > 1 {
			return "", 0, malformed.errorf("%s is given %d times: give it once", name, len(values))
		}
	}
	text = parameters.Get("q")
	if !utf8.ValidString(text) {
		return "", 0, malformed.errorf("q is not UTF-8: percent-encode its UTF-8 form")
	}
	if len(text) > maxText {
		return "", 0, outOfBounds.errorf("q is %d bytes long: send %d at most", len(text), maxText)
	}
	if !parameters.Has("limit") {
		return text, defaultLimit, nil
	}
	limit, err = parseLimit(parameters.Get("limit"))
	return text, limit, err
}
