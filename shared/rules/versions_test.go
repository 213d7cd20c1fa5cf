package rules

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// TestVersions compares with a look at all pairs of tracks.
func TestVersions(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tracks := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) catalog.Track {
			return catalog.Track{
				Name:   rapid.SampledFrom([]string{"Home", "HOME", "Hóme", "Halo", ""}).Draw(rt, "name"),
				Artist: rapid.SampledFrom([]string{"Ana", "ANÁ", "Bo", ""}).Draw(rt, "artist"),
			}
		}), 1, 12).Draw(rt, "tracks")
		v := versionsOf(tracks)
		if err := v.check(len(tracks)); err != nil {
			rt.Fatal(err)
		}
		v.index(len(tracks))
		for i := range tracks {
			var want []mining.Item
			for j := range tracks {
				if i != j && tracks[i].Name != "" && folded(tracks[i]) == folded(tracks[j]) {
					want = append(want, mining.Item(j))
				}
			}
			if got := slices.Sorted(slices.Values(v.of(mining.Item(i), nil))); !slices.Equal(got, want) {
				rt.Fatalf("versions of %d are %v, want %v", i, got, want)
			}
		}
	})
}

func folded(t catalog.Track) string { return catalog.Fold(t.Artist) + "|" + catalog.Fold(t.Name) }

// TestDamagedVersionsEnd follows a ring that does not lead back.
func TestDamagedVersionsEnd(t *testing.T) {
	v := versions{items: []mining.Item{1, 2, 3}, next: []mining.Item{2, 3, 2}}
	v.index(4)
	if got := v.of(1, nil); len(got) > 3 {
		t.Errorf("followed to %v", got)
	}
}

// TestVersionsOfGivenTracksStayOut: who has a song, or does not want it, is not
// recommended another version of it.
func TestVersionsOfGivenTracksStayOut(t *testing.T) {
	tracks := []catalog.Track{{Name: "Home", Artist: "Ana"}, {Name: "Halo", Artist: "Bo"}, {Name: "HOME", Artist: "ana"}, {Name: "Hélo", Artist: "Bo"}, {Name: "Helo", Artist: "Bo"}}
	r := open(t, tracks, [][]mining.Item{all(5), all(5)}, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
	for _, c := range []struct {
		seeds, exclude, want []mining.Item
	}{
		{[]mining.Item{0}, nil, []mining.Item{1, 3}},
		{[]mining.Item{1}, []mining.Item{2}, []mining.Item{3}},
		{[]mining.Item{1}, []mining.Item{4}, []mining.Item{0}},
	} {
		var got []mining.Item
		for _, rec := range r.Recommend(Request{Seeds: c.seeds, Exclude: c.exclude, Limit: 10}).Recommendations {
			got = append(got, rec.Item)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%v without %v gave %v, want %v", c.seeds, c.exclude, got, c.want)
		}
	}
}

// TestOneVersionOfASongIsEnough: the best of the versions that rules lead to
// comes, and the list is as long as there are songs, popular ones included.
func TestOneVersionOfASongIsEnough(t *testing.T) {
	var tracks []catalog.Track
	for n := range 24 {
		tracks = append(tracks, catalog.Track{URI: fmt.Sprint(n), Name: fmt.Sprint("Song ", n/3), Artist: "Ana"})
	}
	together := [][]mining.Item{all(24), all(13), all(8), all(5)}
	ranked := parsed(t, encodeRanked(t, tracks, together, mining.RuleOptions{MinSupport: 1, MaxSize: 2}, by(featureSupport, -1)))
	for name, r := range map[string]*Rules{
		"rules":           open(t, tracks, together, mining.RuleOptions{MinSupport: 1, MaxSize: 2}),
		"few rules":       open(t, tracks, together, mining.RuleOptions{MinSupport: 2, MaxSize: 2}),
		"a learned order": ranked,
	} {
		for limit := range 12 {
			seen := map[string]bool{tracks[0].Name: true}
			list := r.Recommend(Request{Seeds: []mining.Item{0}, Limit: limit}).Recommendations
			for _, rec := range list {
				if song := tracks[rec.Item].Name; seen[song] {
					t.Errorf("%s, limit %d: %s comes twice or is given", name, limit, song)
				} else {
					seen[song] = true
				}
			}
			if len(list) != min(limit, 7) {
				t.Errorf("%s, limit %d: %d songs", name, limit, len(list))
			}
		}
	}
}

// TestManyVersionsHideNoSong: rules lead to more versions of one song than a
// short list's candidates are, and to other songs, too.
func TestManyVersionsHideNoSong(t *testing.T) {
	tracks := []catalog.Track{{Name: "Seed", Artist: "Cy"}}
	for n := range 100 {
		tracks = append(tracks, catalog.Track{URI: fmt.Sprint(n), Name: "Home", Artist: "Ana"})
	}
	for n := range 6 {
		tracks = append(tracks, catalog.Track{Name: fmt.Sprint("Song ", n), Artist: "Bo"})
	}
	r := open(t, tracks, [][]mining.Item{all(len(tracks)), all(len(tracks)), all(101)}, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
	for limit := 1; limit <= 7; limit++ {
		if answer := r.Recommend(Request{Seeds: []mining.Item{0}, Limit: limit}); answer.ByRules != limit {
			t.Errorf("%d of %d recommendations come from rules", answer.ByRules, limit)
		}
	}
}
