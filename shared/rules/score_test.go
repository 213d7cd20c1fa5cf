package rules

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// TestPassedOverTracksAreNotMissed compares the best candidates, when few are
// wanted, with those of all tracks that could be.
func TestPassedOverTracksAreNotMissed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		playlists, items := drawPlaylists(rt, 10)
		tracks := make([]catalog.Track, items)
		for i := range tracks {
			tracks[i].Artist = rapid.SampledFrom([]string{"", "A", "B", "C", "D"}).Draw(rt, "artist")
		}
		r := open(t, tracks, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
		r.antecedents.first = make([]uint32, items+1) // rules between artists are enough of a test …
		if rapid.Bool().Draw(rt, "both") {
			r = open(t, tracks, playlists, mining.RuleOptions{MinSupport: 2, MaxSize: 2}) // … and more beside others
		}
		seed, excluded := mining.Item(rapid.IntRange(0, items-1).Draw(rt, "seed")), mining.Item(rapid.IntRange(0, items-1).Draw(rt, "excluded"))
		best := func(scored, wanted int) []candidate {
			s := r.scratch.get()
			defer r.scratch.put(s)
			r.hold(Request{Seeds: []mining.Item{seed}, Exclude: []mining.Item{excluded}}, everything(1), s)
			found := slices.SortedFunc(slices.Values(r.findCandidates(depth{likely: scored, artists: math.MaxInt}, s)), compare)
			return found[:min(wanted, len(found))]
		}
		wanted := rapid.IntRange(1, 5).Draw(rt, "wanted")
		if diff := cmp.Diff(best(1000, wanted), best(wanted, wanted), cmp.Comparer(func(a, b candidate) bool { return a == b })); diff != "" {
			rt.Fatal(diff)
		}
	})
}
