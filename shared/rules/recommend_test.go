package rules

import (
	"cmp"
	"math"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

func TestRecommend(t *testing.T) {
	r := sample(t)
	answer := r.Recommend(Request{Seeds: []mining.Item{0}, Exclude: []mining.Item{1}, Limit: 4})
	want := Answer{
		// Yesterday is in 5 of 6 playlists; Home (Sharpe) in 3 of these and in 3
		// of all, Home (Bublé) in 2 and 2, Angie in 1 and 1; Intro fills the list.
		Recommendations: []Recommendation{
			{Item: 2, Score: 3.0 / 15, Because: []Reason{{Antecedent: []mining.Item{0}, Support: 3, Confidence: 3.0 / 5, Lift: 3.0 / 5 / (3.0 / 6)}}},
			{Item: 3, Score: 2.0 / 15, Because: []Reason{{Antecedent: []mining.Item{0}, Support: 2, Confidence: 2.0 / 5, Lift: 2.0 / 5 / (2.0 / 6)}}},
			{Item: 4, Score: 1.0 / 15, Because: []Reason{{Antecedent: []mining.Item{0}, Support: 1, Confidence: 1.0 / 5, Lift: 1.0 / 5 / (1.0 / 6)}}},
			{Item: 5},
		},
		ByRules: 3,
	}
	if diff := gocmp.Diff(want, answer, cmpopts.EquateApprox(1e-6, 0), cmpopts.IgnoreUnexported(Reason{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// TestRecommendAgreesWithTheDefinition counts everything anew from the
// playlists, for random playlists and requests.
func TestRecommendAgreesWithTheDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		playlists, items := drawPlaylists(rt)
		r := open(t, make([]catalog.Track, items), playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 3})
		item := rapid.Custom(func(rt *rapid.T) mining.Item { return mining.Item(rapid.IntRange(0, items-1).Draw(rt, "item")) })
		q := Request{
			Seeds:   rapid.SliceOfN(item, 1, 5).Draw(rt, "seeds"),
			Exclude: rapid.SliceOfN(item, 0, 3).Draw(rt, "exclude"),
			Limit:   rapid.IntRange(1, 15).Draw(rt, "limit"),
		}
		answer, again := r.Recommend(q), r.Recommend(q)
		if diff := gocmp.Diff(answer, again, cmpopts.IgnoreUnexported(Reason{})); diff != "" {
			rt.Fatalf("the same request gave another answer: %s", diff)
		}
		checkAnswer(rt, answer, q, playlists, items)
	})
}

// drawPlaylists draws playlists whose items are numbered by support.
func drawPlaylists(rt *rapid.T) ([][]mining.Item, int) {
	items := rapid.IntRange(2, 10).Draw(rt, "items")
	drawn := rapid.SliceOfN(rapid.SliceOfNDistinct(rapid.IntRange(0, items-1), 1, items, rapid.ID[int]), 1, 20).Draw(rt, "playlists")
	supports := make([]int, items)
	for _, p := range drawn {
		for _, i := range p {
			supports[i]++
		}
	}
	order := make([]int, items) // rank -> drawn number
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(supports[b], supports[a]) })
	for items > 1 && supports[order[items-1]] == 0 {
		items--
	}
	playlists := make([][]mining.Item, len(drawn))
	for n, p := range drawn {
		for _, i := range p {
			playlists[n] = append(playlists[n], mining.Item(slices.Index(order, i)))
		}
	}
	return playlists, items
}

func checkAnswer(rt *rapid.T, answer Answer, q Request, playlists [][]mining.Item, items int) {
	banned := append(slices.Clone(q.Seeds), q.Exclude...)
	score := definition(q.Seeds, playlists, items)
	var want []mining.Item
	for i := range mining.Item(items) {
		if !slices.Contains(banned, i) {
			want = append(want, i)
		}
	}
	// Equal scores of the definition may differ in their last bits here.
	for n, rec := range answer.Recommendations {
		if slices.Contains(banned, rec.Item) {
			rt.Fatalf("seed or excluded track %d came back", rec.Item)
		}
		if math.Abs(float64(rec.Score)-score[rec.Item]) > 1e-5 {
			rt.Fatalf("score of %d is %v, want %v", rec.Item, rec.Score, score[rec.Item])
		}
		if n > 0 && rec.Score > answer.Recommendations[n-1].Score {
			rt.Fatalf("not best first: %+v", answer)
		}
		if (len(rec.Because) > 0) != (n < answer.ByRules) || len(rec.Because) > maxReasons {
			rt.Fatalf("recommendation %d of %d by rules has %d reasons", n, answer.ByRules, len(rec.Because))
		}
	}
	if len(answer.Recommendations) != min(q.Limit, len(want)) {
		rt.Fatalf("%d recommendations where %d of %d tracks are asked for", len(answer.Recommendations), q.Limit, len(want))
	}
	for _, i := range want {
		kept := slices.ContainsFunc(answer.Recommendations, func(r Recommendation) bool { return r.Item == i })
		worst := answer.Recommendations[len(answer.Recommendations)-1]
		if !kept && score[i] > float64(worst.Score)+1e-5 {
			rt.Fatalf("%d scores %v and is missing; the worst kept is %+v", i, score[i], worst)
		}
	}
}

// definition scores by counting: all rules with one or two seeds that share a
// playlist with the candidate.
func definition(seeds []mining.Item, playlists [][]mining.Item, items int) []float64 {
	seeds = slices.Compact(slices.Sorted(slices.Values(seeds)))
	support := func(set ...mining.Item) (n float64) {
		for _, p := range playlists {
			if !slices.ContainsFunc(set, func(i mining.Item) bool { return !slices.Contains(p, i) }) {
				n++
			}
		}
		return n
	}
	score := make([]float64, items)
	for c := range mining.Item(items) {
		for n, a := range seeds {
			if a == c {
				continue
			}
			score[c] += support(a, c) / (support(a) + shrinkage)
			for _, b := range seeds[n+1:] {
				if b != c {
					score[c] += support(a, b, c) / (support(a, b) + shrinkage)
				}
			}
		}
	}
	return score
}

func BenchmarkRecommend(b *testing.B) {
	const items = 2000
	var playlists [][]mining.Item
	for n := range 4000 {
		var p []mining.Item
		for k := range 30 {
			p = append(p, mining.Item((n*(k+1)*7919+k*k)%items)%mining.Item(1+(n+k)%items))
		}
		playlists = append(playlists, p)
	}
	r := openUnordered(b, items, playlists)
	b.ReportAllocs()
	for b.Loop() {
		r.Recommend(Request{Seeds: []mining.Item{1, 20, 300, 400, 500}, Limit: 10})
	}
}

// openUnordered renumbers the items by support first.
func openUnordered(b *testing.B, items int, playlists [][]mining.Item) *Rules {
	supports := make([]int, items)
	for n, p := range playlists {
		slices.Sort(p)
		playlists[n] = slices.Compact(p)
		for _, i := range playlists[n] {
			supports[i]++
		}
	}
	order := make([]mining.Item, items)
	for i := range order {
		order[i] = mining.Item(i)
	}
	slices.SortStableFunc(order, func(a, b mining.Item) int { return cmp.Compare(supports[b], supports[a]) })
	rank := make([]mining.Item, items)
	for n, i := range order {
		rank[i] = mining.Item(n)
	}
	for _, p := range playlists {
		for n := range p {
			p[n] = rank[p[n]]
		}
	}
	for supports[order[items-1]] == 0 {
		items--
		order = order[:items]
	}
	return open(b, make([]catalog.Track, items), playlists, mining.RuleOptions{MinSupport: 2, MaxSize: 2, MaxRules: 200})
}
