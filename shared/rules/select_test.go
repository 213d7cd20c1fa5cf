package rules

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestSelection compares with sorting everything, for drawn scores of which
// many are equal or close.
func TestSelection(t *testing.T) {
	count := new([bins]uint32)
	rapid.Check(t, func(rt *rapid.T) {
		score := rapid.OneOf(rapid.Float32Range(0, math.MaxFloat32), rapid.Float32Range(1, 1.01), rapid.SampledFrom([]float32{0, 1, 2}))
		var all []candidate
		for i, s := range rapid.SliceOfN(score, 0, 300).Draw(rt, "scores") {
			all = append(all, candidate{uint32(i), s})
		}
		limit := rapid.IntRange(0, 310).Draw(rt, "limit")
		want := slices.SortedFunc(slices.Values(all), compare)
		want = want[:min(limit, len(want))]
		selected := slices.Clone(selectBest(slices.Clone(all), limit, count))
		slices.SortFunc(selected, compare)
		same := cmp.Comparer(func(a, b candidate) bool { return a == b })
		if diff := cmp.Diff(want, selected, same); diff != "" {
			rt.Fatal(diff)
		}
		if diff := cmp.Diff(want, first(slices.Clone(all), limit), same); diff != "" {
			rt.Fatal(diff)
		}
		if *count != [bins]uint32{} {
			rt.Fatal("bins are left behind")
		}
	})
}
