package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"pgregory.net/rapid"

	"segue.dev/shared/catalog"
	"segue.dev/shared/rules"
)

func TestNamesOfSongs(t *testing.T) {
	s := servingSite(t)
	const none = ""
	for sent, uri := range map[string]string{
		`"Yesterday"`:                                   "uri:yesterday",
		`"  yesterday "`:                                "uri:yesterday",
		`"uri:yesterday"`:                               "uri:yesterday",
		`" uri:yesterday"`:                              "uri:yesterday",
		`"URI:YESTERDAY"`:                               none,
		`"THE BEATLES - YESTERDAY"`:                     "uri:yesterday",
		`"Yesterday - The Beatles"`:                     none,
		`"beyonce - halo"`:                              "uri:halo",
		`"Beyonce\u0301 - Halo"`:                        "uri:halo",
		`"Dont Stop Me Now"`:                            none,
		`"don\u2019t stop me now"`:                      "uri:dont-stop",
		`"let it be"`:                                   "uri:let-it-be", // before its other version: it came first
		`"Home"`:                                        "uri:home-buble",
		`"Edward Sharpe - Home"`:                        "uri:home-sharpe",
		`{"track":"Home","artist":"edward sharpe"}`:     "uri:home-sharpe",
		`{"track":"Home","artist":"Queen"}`:             none,
		`{"track":"Home"}`:                              "uri:home-buble",
		`{"uri":"uri:home-sharpe","track":"Yesterday"}`: "uri:home-sharpe",
		`{"uri":"uri:none","track":"Yesterday"}`:        "uri:yesterday",
		`{"uri":"uri:none"}`:                            none,
		`{"track":"The Beatles - Yesterday"}`:           none,
		`"\u0301"`:                                      none,
		`"\u0000"`:                                      none,
	} {
		if got := s.meaningOf(sent); got != uri {
			t.Errorf("%s means %q, want %q", sent, got, uri)
		}
	}
}

// meaningOf is the URI of the track that an entry names, told by what is left
// out of a list of all tracks; "" if the answer says that it is unknown.
func (s *site) meaningOf(entry string) string {
	s.t.Helper()
	status, a := s.ask(fmt.Sprintf(`{"songs":[%s],"limit":500}`, entry))
	if status != http.StatusOK {
		s.t.Fatalf("%s: status %d", entry, status)
	}
	if len(a.Unknown) > 0 {
		return ""
	}
	left := map[string]bool{}
	for _, r := range a.Recommendations {
		left[folded(catalog.Track{Artist: r.Artist, Name: r.Track})] = true
	}
	set := s.reloader.serving.Load().rules
	for item := range set.Len() {
		if t := set.Track(uint32(item)); !left[folded(t)] {
			return t.URI
		}
	}
	return ""
}

// drawDataset gives playlists over few tracks, of which many share a name, an
// artist, or both.
func drawDataset(t *rapid.T) string {
	names := []string{"Home", "HOME", "Hóme", "Intro", "Halo", "A - B"}
	artists := []string{"Ana", "ANÁ", "Bo", ""}
	csv := "playlist,track,artist,uri\n"
	for playlist := range rapid.IntRange(1, 12).Draw(t, "playlists") {
		for range rapid.IntRange(1, 8).Draw(t, "tracks") {
			name := rapid.IntRange(0, len(names)-1).Draw(t, "name")
			artist := rapid.IntRange(0, len(artists)-1).Draw(t, "artist")
			csv += fmt.Sprintf("%d,%s,%s,uri:%d:%d\n", playlist, names[name], artists[artist], name, artist)
		}
	}
	return csv
}

func drawEntries(t *rapid.T, set *rules.Rules, label string, least int) (e entries) {
	for range rapid.IntRange(least, 4).Draw(t, label) {
		track := set.Track(uint32(rapid.IntRange(0, set.Len()-1).Draw(t, label)))
		sent, _ := json.Marshal(rapid.SampledFrom([]string{track.URI, track.Name, track.Artist + " - " + track.Name, "nobody"}).Draw(t, label))
		query, _ := parseSong(sent)
		e.add(query, string(sent))
	}
	return e
}

// TestRecommendationsAreOtherSongs checks what every answer promises: distinct
// songs, none a song of the request or an excluded one under any URI, best
// first, as many as there are, and the same again.
func TestRecommendationsAreOtherSongs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		set, err := rules.Parse(encodeRules(t, "drawn", drawDataset(rt)))
		if err != nil {
			rt.Fatal(err)
		}
		m := newModel(set, new(rules.Current), "")
		q := &request{
			songs:   drawEntries(rt, set, "songs", 1),
			exclude: drawEntries(rt, set, "exclude", 0),
			limit:   rapid.IntRange(1, 30).Draw(rt, "limit"),
		}
		chosen := m.answer(q)
		a := chosen.expected()
		given := map[string]bool{}
		for _, query := range append(q.songs.queries, q.exclude.queries...) {
			if item, ok := set.Find(query); ok {
				given[folded(set.Track(item))] = true
			}
		}
		seen := map[string]bool{}
		for i, r := range a.Recommendations {
			song := folded(catalog.Track{Artist: r.Artist, Name: r.Track})
			if given[song] {
				rt.Fatalf("%q by %q was requested or excluded: %+v", r.Track, r.Artist, a)
			}
			if seen[song] || a.Songs[i] != r.Track || i > 0 && r.Score > a.Recommendations[i-1].Score {
				rt.Fatalf("recommendation %d comes twice, or is out of order: %+v", i, a)
			}
			seen[song] = true
		}
		others := map[string]bool{}
		for item := range set.Len() {
			if song := folded(set.Track(uint32(item))); !given[song] {
				others[song] = true
			}
		}
		if len(a.Recommendations) != min(q.limit, len(others)) {
			rt.Fatalf("%d recommendations of %d possible at limit %d", len(a.Recommendations), len(others), q.limit)
		}
		first := string(chosen.appendJSON(nil))
		if again := string(m.answer(q).appendJSON(nil)); again != first {
			rt.Fatalf("the same request got\n%s\nand\n%s", first, again)
		}
	})
}

func folded(t catalog.Track) string { return catalog.Fold(t.Artist + "|" + t.Name) }

// TestManyVersions has a song under more URIs than a list is long.
func TestManyVersions(t *testing.T) {
	csv := "playlist,track,artist,uri\n"
	for playlist := range 2 {
		for version := range 300 {
			csv += fmt.Sprintf("%d,Home,Ana,uri:%d\n", playlist, version)
		}
		csv += fmt.Sprintf("%d,Halo,Bo,uri:halo\n", playlist)
	}
	set, err := rules.Parse(encodeRules(t, "versions", csv))
	if err != nil {
		t.Fatal(err)
	}
	m := newModel(set, new(rules.Current), "")
	a := m.answer(&request{songs: entries{queries: []rules.Query{{Text: "home"}}}, limit: 1}).expected()
	if len(a.Songs) != 1 || a.Songs[0] != "Halo" || a.Fallback != "" {
		t.Errorf("answer %+v, want Halo by rules", a)
	}
}

// TestUnknownSongOfKnownArtist is answered by rules of the artist, and still
// says that the song is unknown.
func TestUnknownSongOfKnownArtist(t *testing.T) {
	s := servingSite(t)
	for _, sent := range []string{`{"track":"A lost take","artist":"the beatles"}`, `"The Beatles - A lost take"`} {
		status, a := s.ask(`{"songs":[` + sent + `],"limit":3}`)
		if status != http.StatusOK || len(a.Unknown) != 1 || string(a.Unknown[0]) != sent || a.Fallback != "" {
			t.Fatalf("%s: status %d, unknown %s, fallback %q", sent, status, a.Unknown, a.Fallback)
		}
		first := a.Recommendations[0].Because[0]
		if len(first.Songs) != 0 || len(first.Artists) != 1 || first.Artists[0] != "The Beatles" {
			t.Errorf("%s: because %+v", sent, first)
		}
	}
}
