package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"segue.dev/shared/mining"
)

// TestResolveFindsWhatFindDoes: each query of a list, which may be longer than what is
// fetched at a time and have names longer than there is room for, is found as if alone.
func TestResolveFindsWhatFindDoes(t *testing.T) {
	r := sample(t)
	query := rapid.SampledFrom([]Query{
		{Text: "yesterday"}, {Text: "Beyonce - HALO"}, {Text: "spotify:track:3"}, {URI: "spotify:track:4"}, {Text: "Angie"},
		{Track: "Home", Artist: "Michael Bublé"}, {Track: "Intro"}, {Text: "nobody"}, {Text: "nobody - nothing"}, {},
		{Text: strings.Repeat("é", 500)}, {Track: "home", Artist: strings.Repeat("x ", 100)}, {URI: "spotify:track:2", Track: "Intro"},
	})
	rapid.Check(t, func(t *rapid.T) {
		queries := rapid.SliceOfN(query, 0, 3*fetchBatch).Draw(t, "queries")
		var items []mining.Item
		var unknown []int
		for n, q := range queries {
			if item, ok := r.Find(q); ok {
				items = append(items, item)
			} else {
				unknown = append(unknown, n)
			}
		}
		found := r.Resolve(queries)
		if diff := cmp.Diff(Found{Items: items, Unknown: unknown}, found, cmpopts.IgnoreFields(Found{}, "Artists"), cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}
