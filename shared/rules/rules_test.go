package rules

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"segue.dev/shared/catalog"
	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
	"segue.dev/shared/ranking"
)

var update = flag.Bool("update", false, "write the golden files anew")

// songs is a catalog with what real ones have: one name for several songs,
// accents, a title with a dash, a track without an artist.
var songs = []catalog.Track{
	{URI: "spotify:track:1", Name: "Yesterday", Artist: "The Beatles"},
	{URI: "spotify:track:2", Name: "Halo", Artist: "Beyoncé"},
	{URI: "spotify:track:3", Name: "Home", Artist: "Edward Sharpe"},
	{URI: "spotify:track:4", Name: "Home", Artist: "Michael Bublé"},
	{URI: "spotify:track:5", Name: "Angie - Remastered", Artist: "The Rolling Stones"},
	{URI: "spotify:track:6", Name: "Intro"},
}

// playlists over songs, by item: supports fall from item 0 to 5.
var playlists = [][]mining.Item{{0, 1, 2}, {0, 1, 3}, {0, 1, 2}, {0, 2, 4}, {0, 3}, {1, 5}}

func sample(t testing.TB) *Rules {
	return open(t, songs, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 3})
}

func open(t testing.TB, tracks []catalog.Track, playlists [][]mining.Item, opt mining.RuleOptions) *Rules {
	t.Helper()
	return parsed(t, encode(t, tracks, playlists, opt))
}

func parsed(t testing.TB, object []byte) *Rules {
	t.Helper()
	r, err := Parse(object)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func encode(t testing.TB, tracks []catalog.Track, playlists [][]mining.Item, opt mining.RuleOptions) []byte {
	t.Helper()
	return encodeRanked(t, tracks, playlists, opt, nil)
}

func encodeRanked(t testing.TB, tracks []catalog.Track, playlists [][]mining.Item, opt mining.RuleOptions, ranking *ranking.Network) []byte {
	t.Helper()
	var db mining.Transactions
	for _, p := range playlists {
		db.Append(p...)
	}
	db.NumItems = len(tracks)
	content, err := contentOf(tracks, &db, opt)
	if err != nil {
		t.Fatal(err)
	}
	content.Ranking = ranking
	info := Info{ID: "test", Method: Method, Dataset: Dataset{Name: "songs", Playlists: db.Len(), Tracks: len(tracks)}}
	b, err := Encode(info, content)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// contentOf makes what a rule set holds, as training does.
func contentOf(tracks []catalog.Track, db *mining.Transactions, opt mining.RuleOptions) (*Content, error) {
	of, names := ArtistsOf(tracks)
	artists := mining.Transactions{NumItems: len(names)}
	for p := range db.Len() {
		var list []mining.Item
		for _, i := range db.At(p) {
			if names[of[i]] != "" {
				list = append(list, of[i])
			}
		}
		artists.Append(list...)
	}
	content := &Content{Tracks: tracks, Playlists: db, Supports: db.Supports(), ArtistSupports: artists.Supports()}
	var failed [3]error
	content.Rules, failed[0] = mining.MineRules(context.Background(), db, opt)
	opt.MaxSize = 2
	content.ArtistRules, failed[1] = mining.MineRules(context.Background(), &artists, opt)
	content.Vectors, failed[2] = latent.Train(context.Background(), db, min(4, len(tracks)))
	return content, errors.Join(failed[:]...)
}

func TestWhatIsEncodedIsParsed(t *testing.T) {
	r := sample(t)
	for i, want := range songs {
		if diff := cmp.Diff(want, r.Track(mining.Item(i))); diff != "" {
			t.Error(diff)
		}
	}
	if r.Len() != 6 || r.Support(0) != 5 || r.Support(5) != 1 {
		t.Errorf("%d tracks with supports %v", r.Len(), r.tracks)
	}
	if info := r.Info(); info.Rules != r.countRules() || info.Rules == 0 || info.ID != "test" {
		t.Errorf("info is %+v", info)
	}
}

// countRules counts the rules between tracks.
func (r *Rules) countRules() (n int) {
	for a := range r.antecedents.supports {
		n += len(r.rules.appendTo(nil, uint32(a), math.MaxInt))
	}
	return n
}

func TestEqualInputGivesEqualBytes(t *testing.T) {
	opt := mining.RuleOptions{MinSupport: 1, MaxSize: 3}
	if !bytes.Equal(encode(t, songs, playlists, opt), encode(t, songs, playlists, opt)) {
		t.Error("two encodings differ")
	}
}

// TestFormat holds the bytes still: objects in buckets outlive programs.
func TestFormat(t *testing.T) {
	golden := fmt.Sprintf("testdata/v%d.rules", formatVersion)
	got := rankedBy(t, by(featureTracks, 1))
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the format changed: raise formatVersion (or Method, if only the rules did), then go test -update")
	}
}

func TestFind(t *testing.T) {
	r := sample(t)
	for _, c := range []struct {
		query Query
		want  int // -1: not found
	}{
		{Query{Text: "spotify:track:2"}, 1},
		{Query{Text: "Yesterday"}, 0},
		{Query{Text: "  yesterDAY "}, 0},
		{Query{Text: "The Beatles - Yesterday"}, 0},
		{Query{Text: "beyonce - HALO"}, 1},
		{Query{Text: "Home"}, 2}, // the better supported of two
		{Query{Text: "Michael Buble - Home"}, 3},
		{Query{Text: "Angie - Remastered"}, 4},
		{Query{Text: "intro"}, 5},
		{Query{Text: "Angie"}, 4}, // what follows the dash is the version's
		{Query{Text: "The Rolling Stones - Angie"}, 4},
		{Query{Track: "Angie", Artist: "The Rolling Stones"}, 4},
		{Query{Text: "Remastered"}, -1},
		{Query{Text: ""}, -1},
		{Query{URI: "spotify:track:4", Track: "Yesterday"}, 3},
		{Query{URI: "spotify:track:99", Track: "Home", Artist: "Michael Bublé"}, 3},
		{Query{Track: "Home"}, 2},
		{Query{Track: "Halo", Artist: "Nobody"}, -1},
		{Query{Track: "The Beatles - Yesterday"}, -1}, // a name is a name here
		{Query{Artist: "The Beatles"}, -1},
	} {
		got, ok := r.Find(c.query)
		if ok != (c.want >= 0) || ok && int(got) != c.want {
			t.Errorf("Find(%+v) = %d, %v, want %d", c.query, got, ok, c.want)
		}
	}
}

// TestFindVersions has songs in several versions, in the order of their support.
func TestFindVersions(t *testing.T) {
	tracks := []catalog.Track{
		{Name: "Collide - Acoustic Version", Artist: "Howie Day"},
		{Name: "Yesterday - Remastered 2009", Artist: "The Beatles"},
		{Name: "Collide", Artist: "Howie Day"},
		{Name: "Yesterday", Artist: "Boyz II Men"},
		{Name: "Hurt (Live) - Edit", Artist: "Johnny Cash"},
		{Name: "Live", Artist: "A - B"},
		{Name: "B - Z", Artist: "A"},
		{Name: "Symphony No. 5 - I. Allegro", Artist: "Beethoven"},
		{Name: "Boston", Artist: "Augustana"},
		{Name: "Peace of Mind", Artist: "Boston (US)"},
		{Name: "Loud (Live)", Artist: "C - D"},
		{Name: "D - Loud", Artist: "C"},
		{Name: "Angie - Remastered (2009)", Artist: "The Rolling Stones"},
		{Name: "Remastered", Artist: "Angie"},
		{Name: "B", Artist: "A"},
	}
	r := open(t, tracks, [][]mining.Item{all(len(tracks))}, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
	for _, c := range []struct {
		query Query
		want  int // -1: not found
	}{
		{Query{Text: "Howie Day - Collide"}, 2}, // what is called just so
		{Query{Track: "Collide", Artist: "Howie Day"}, 2},
		{Query{Text: "collide"}, 2},
		{Query{Text: "Howie Day - Collide - Acoustic Version"}, 0},
		{Query{Text: "Howie Day - Collide (Demo)"}, 2}, // notes that no track has
		{Query{Text: "Howie Day - Collide - Live - 2004"}, 2},
		{Query{Track: "Collide - Live", Artist: "Howie Day"}, 2},
		{Query{Text: "Collide [Live]"}, 2},
		{Query{Text: "Yesterday"}, 1}, // the better supported song
		{Query{Text: "Yesterday [Live]"}, -1},
		{Query{Text: "The Beatles - Yesterday [Live]"}, -1}, // has notes, others
		{Query{Text: "Beethoven - Symphony No. 5 - II. Andante"}, -1},
		{Query{Text: "Beethoven - Symphony No. 5"}, 7},
		{Query{Text: "Boyz II Men - Yesterday (Live)"}, 3},
		{Query{Text: "Yesterday - Live"}, -1}, // by an artist of that name
		{Query{Track: "Yesterday - Live"}, -1},
		{Query{Track: "Collide - Live", Artist: "Nobody"}, -1},
		{Query{Text: "Johnny Cash - Hurt"}, 4},
		{Query{Text: "Johnny Cash - Hurt (Live)"}, -1},
		{Query{Text: "A - B - Live"}, 5},
		{Query{Text: "A - B - Live (Edit)"}, 5}, // not "B - Z"
		{Query{Text: "A - B"}, 14},
		{Query{Track: "B - Live", Artist: "A"}, 14}, // not "Live" by "A - B"
		{Query{Text: "Angie - Remastered (2009)"}, 12},
		{Query{Text: "Angie - Remastered (2010)"}, 13},
		{Query{Text: "Howie Day - Collide - (Live)"}, 2},
		{Query{Track: "Collide - [Live]", Artist: "Howie Day"}, 2},
		{Query{Text: "Boston (US) - More Than a Feeling"}, -1},
		{Query{Text: "Boston"}, 8},
		{Query{Text: "Loud"}, 10},
		{Query{Track: "D - Loud", Artist: "C"}, 11},
		{Query{Text: "(Live)"}, -1},
		{Query{Text: " - (Live) [Live] - - ("}, -1},
		{Query{Artist: "Howie Day", Track: "- Live"}, -1},
		{Query{Artist: "Howie Day"}, -1},
	} {
		got, ok := r.Find(c.query)
		if ok != (c.want >= 0) || ok && int(got) != c.want {
			t.Errorf("Find(%+v) = %d, %v, want %d", c.query, got, ok, c.want)
		}
	}
}

func TestSearch(t *testing.T) {
	r := sample(t)
	for query, want := range map[string][]mining.Item{
		"":            {0, 1, 2, 3, 4, 5},
		"home":        {2, 3},
		"HOM bub":     {3},
		"the":         {0, 4},
		"beyonc":      {1},
		"ome":         {}, // not where a word begins
		"rolling ang": {4},
		"nothing":     {},
	} {
		if diff := cmp.Diff(want, r.Search(query, 10)); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
	if got := r.Search("h", 1); len(got) != 1 {
		t.Errorf("limit 1 gave %v", got)
	}
}

// TestEveryTrackIsFound draws catalogs and finds each track by all its names.
func TestEveryTrackIsFound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringMatching(`[A-Za-zÀ-ÿ0-9 '-]{1,12}[a-z]`)
		tracks := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) catalog.Track {
			return catalog.Track{Name: name.Draw(rt, "name"), Artist: name.Draw(rt, "artist")}
		}), 1, 20).Draw(rt, "tracks")
		for i := range tracks {
			tracks[i].URI = fmt.Sprint("uri:", i)
		}
		r := open(t, tracks, [][]mining.Item{all(len(tracks))}, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
		for i, track := range tracks {
			if got, _ := r.Find(Query{URI: track.URI}); int(got) != i {
				rt.Fatalf("%q gave item %d, want %d", track.URI, got, i)
			}
			got, ok := r.Find(Query{Track: track.Name, Artist: track.Artist})
			if !ok || int(got) > i || base(catalog.Fold(tracks[got].Name)) != base(catalog.Fold(track.Name)) {
				rt.Fatalf("%+v gave item %d, %v", track, got, ok)
			}
			if found := r.Search(track.Artist+" "+track.Name, len(tracks)); !slices.Contains(found, mining.Item(i)) {
				rt.Fatalf("search for %+v gave %v", track, found)
			}
		}
	})
}

// all are the first n items.
func all(n int) (items []mining.Item) {
	for i := range n {
		items = append(items, mining.Item(i))
	}
	return items
}
