package rules

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// TestBoundRises asks what the best reach after each candidate, and compares with a
// selection that was not asked before.
func TestBoundRises(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var x selection
		wanted := rapid.IntRange(1, 30).Draw(rt, "wanted")
		scores := rapid.SliceOfN(rapid.OneOf(rapid.Float32Range(0, 1e-9), rapid.Float32Range(0, 1), rapid.Float32Range(0, math.MaxFloat32)), 0, 100).Draw(rt, "scores")
		for n, score := range scores {
			x.add(candidate{item: uint32(n), score: score})
			var fresh selection
			for i, before := range scores[:n+1] {
				fresh.add(candidate{item: uint32(i), score: before})
			}
			if got, want := x.least(wanted), fresh.least(wanted); got != want {
				rt.Fatalf("%d of %v reach %v, want %v", wanted, scores[:n+1], got, want)
			}
		}
	})
}

// TestSelection compares with sorting everything, for drawn scores of which
// many are equal or close.
func TestSelection(t *testing.T) {
	var x selection
	rapid.Check(t, func(rt *rapid.T) {
		score := rapid.OneOf(rapid.Float32Range(0, math.MaxFloat32), rapid.Float32Range(1, 1.01), rapid.SampledFrom([]float32{0, 1, 2}))
		var all []candidate
		for i, s := range rapid.SliceOfN(score, 0, 300).Draw(rt, "scores") {
			all = append(all, candidate{item: uint32(i), score: s})
			x.add(all[i])
		}
		limit := rapid.IntRange(0, 310).Draw(rt, "limit")
		sorted := slices.SortedFunc(slices.Values(all), compare)
		if least := x.least(max(limit, 1)); limit > 0 && (limit <= len(all)) && least > sorted[limit-1].score || limit > len(all) && least != 0 {
			rt.Fatalf("%d candidates are said to reach %v", limit, least)
		}
		want := sorted[:min(limit, len(all))]
		selected := slices.Clone(x.best(limit))
		slices.SortFunc(selected, compare)
		same := cmp.Comparer(func(a, b candidate) bool { return a == b })
		if diff := cmp.Diff(want, selected, same, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatal(diff)
		}
		if diff := cmp.Diff(want, partialSort(slices.Clone(all), limit), same, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatal(diff)
		}
		if x.count != [bins]uint32{} || len(x.found) > 0 {
			rt.Fatal("something is left behind")
		}
	})
}
