package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// TestSearchAgreesWithTheDefinition looks at every track of drawn catalogs:
// those whose folded "artist - name" has a word that begins with each word of
// the query, in the order of their numbers.
func TestSearchAgreesWithTheDefinition(t *testing.T) {
	word := rapid.SampledFrom([]string{"a", "Ab", "ABBA", "abbé", "É", "bab", "(ab)", "a-b", "東京", "Straße", "x", "don’t", "DON'T", "don`t", "東", "दिल", "ल", "порт", "аэропорт", "Ünï"})
	words := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(word, 0, 3).Draw(t, "words"), rapid.SampledFrom([]string{" ", "  ", "-"}).Draw(t, "between"))
	})
	rapid.Check(t, func(rt *rapid.T) {
		tracks := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) catalog.Track {
			return catalog.Track{Name: words.Draw(rt, "name"), Artist: words.Draw(rt, "artist")}
		}), 1, 15).Draw(rt, "tracks")
		for i := range tracks {
			tracks[i].URI = fmt.Sprint("uri:", i)
		}
		r := open(t, tracks, [][]mining.Item{all(len(tracks))}, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
		query, limit := words.Draw(rt, "query"), rapid.IntRange(0, 6).Draw(rt, "limit")
		want := []mining.Item{}
		for i, track := range tracks {
			text := []byte(catalog.Fold(track.Artist) + separator + catalog.Fold(track.Name))
			if beginsWords(text, strings.Fields(catalog.Fold(query))) && len(want) < limit {
				want = append(want, mining.Item(i))
			}
		}
		if diff := cmp.Diff(want, r.Search(query, limit)); diff != "" {
			rt.Fatalf("%q among %v: %s", query, tracks, diff)
		}
	})
}

// TestKeysOfManyTracks has more keys than fit one bucket, and finds each track
// by its URI alone.
func TestKeysOfManyTracks(t *testing.T) {
	var tracks []catalog.Track
	for i := range 500 {
		tracks = append(tracks, catalog.Track{URI: fmt.Sprint("spotify:track:", i), Name: fmt.Sprint("Song ", i), Artist: "A"})
	}
	tracks[499].URI = ""
	r := open(t, tracks, [][]mining.Item{all(len(tracks))}, mining.RuleOptions{MinSupport: 2, MaxSize: 2})
	if r.uris.prefix != "spotify:track:" || len(r.keys.buckets) < 64 || !slices.IsSorted(r.keys.buckets) {
		t.Errorf("prefix %q, %d buckets", r.uris.prefix, len(r.keys.buckets)-1)
	}
	for i, track := range tracks {
		if got, ok := r.Find(Query{URI: track.URI, Track: track.Name}); !ok || int(got) != i || r.Track(got).URI != track.URI {
			t.Fatalf("%+v gave item %d, %v", track, got, ok)
		}
	}
	for _, uri := range []string{"spotify:track:", "spotify:track:500", "0"} {
		if got, ok := r.Find(Query{URI: uri}); ok {
			t.Errorf("%q gave item %d", uri, got)
		}
	}
}
