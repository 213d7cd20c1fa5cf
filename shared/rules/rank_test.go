package rules

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
	"segue.dev/shared/ranking"
)

// by is a network that ranks by a feature, the highest first, or the lowest with
// sign -1.
func by(feature int, sign float32) *ranking.Network {
	const units = 8
	n := &ranking.Network{Scales: make([]float32, Features), Weights: make([]float32, (Features+2)*units)}
	n.Scales[feature], n.Weights[feature*units], n.Weights[(Features+1)*units] = 1, 1, sign
	return n
}

// rankedBy is the sample with that network.
func rankedBy(t testing.TB, n *ranking.Network) []byte {
	return encodeRanked(t, songs, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 3}, n)
}

// TestRankingOrdersWhatRulesFound: a network changes the order, and nothing else.
func TestRankingOrdersWhatRulesFound(t *testing.T) {
	q := Request{Seeds: []mining.Item{5}, Limit: 5}
	byRules := sample(t).Recommend(q)
	for sign, want := range map[float32][]mining.Item{1: {0, 1, 2, 3, 4}, -1: {4, 3, 2, 1, 0}} {
		answer := parsed(t, rankedBy(t, by(featureSupport, sign))).Recommend(q)
		var got []mining.Item
		for n, rec := range answer.Recommendations[:answer.ByRules] {
			got = append(got, rec.Item)
			if !(rec.Score > 0 && rec.Score <= 1) || len(rec.Because) == 0 || n > 0 && rec.Score > answer.Recommendations[n-1].Score {
				t.Errorf("recommendation %d is %+v", n, rec)
			}
		}
		want = slices.DeleteFunc(want, func(i mining.Item) bool { return !slices.Contains(got, i) })
		if answer.ByRules != byRules.ByRules || !slices.Equal(got, want) {
			t.Errorf("sign %v: %v, want %v; %d by rules, want %d", sign, got, want, answer.ByRules, byRules.ByRules)
		}
	}
}

func TestRankingOfAnotherShapeIsRefused(t *testing.T) {
	for name, n := range map[string]*ranking.Network{
		"too few scales": {Scales: make([]float32, Features-1)},
		"half a unit":    {Scales: make([]float32, Features), Weights: make([]float32, Features)},
		"one unit":       {Scales: make([]float32, Features), Weights: make([]float32, Features+2)},
		"not a number":   {Scales: make([]float32, Features), Weights: append(make([]float32, 8*(Features+2)-1), float32(math.NaN()))},
	} {
		if _, err := Parse(rankedBy(t, n)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestFeaturesAgreeWithTheDefinition counts features anew from the playlists.
func TestFeaturesAgreeWithTheDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		playlists, items := drawPlaylists(rt, 10)
		tracks := make([]catalog.Track, items)
		for i := range tracks {
			tracks[i].Artist = rapid.SampledFrom([]string{"", "A", "B", "C"}).Draw(rt, "artist")
		}
		r := open(t, tracks, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
		seeds := rapid.SliceOfNDistinct(rapid.Uint32Range(0, uint32(items-1)), 1, 4, rapid.ID[uint32]).Draw(rt, "seeds")
		found, features, request := r.Candidates(Request{Seeds: seeds, Limit: 5})
		if len(features) != len(found)*candidateFeatures || len(request) != Features-candidateFeatures {
			rt.Fatalf("%d features of %d candidates and %d of the request", len(features), len(found), len(request))
		}
		for n, c := range found {
			x := slices.Concat(features[n*candidateFeatures:(n+1)*candidateFeatures], request)
			for feature, want := range defineFeatures(c, seeds, playlists, tracks) {
				if math.Abs(float64(x[feature])-want) > 1e-4 {
					rt.Fatalf("feature %d of track %d is %v, want %v", feature, c, x[feature], want)
				}
			}
			if least := slices.Min(x); !(least >= 0) {
				rt.Fatalf("a feature of track %d is negative: %v", c, x)
			}
		}
	})
}

// defineFeatures counts what can be counted in a line or two.
func defineFeatures(c mining.Item, seeds []mining.Item, playlists [][]mining.Item, tracks []catalog.Track) map[int]float64 {
	together := func(a, b mining.Item) float64 {
		return count(playlists, func(p []mining.Item) bool { return slices.Contains(p, a) && slices.Contains(p, b) })
	}
	var rules, near, nearest, same float64
	for _, s := range seeds {
		if together(s, c) > 0 {
			rules += 1 / float64(len(seeds))
		}
		if tracks[s].Artist != "" && tracks[s].Artist == tracks[c].Artist {
			same += 1 / float64(len(seeds))
		}
	}
	for _, p := range playlists {
		if !slices.Contains(p, c) {
			continue
		}
		var shared float64
		for _, s := range seeds {
			if slices.Contains(p, s) {
				shared += math.Pow(together(s, s)+shrinkage, -asymmetry)
			}
		}
		near += shared / math.Sqrt(float64(len(p)))
		nearest += shared * shared / float64(len(p))
	}
	return map[int]float64{
		featureAntecedents: rules, featureSeedsByIt: same,
		featurePlaylists: near * math.Pow(together(c, c)+shrinkage, asymmetry-1), featureNearest: nearest,
		featureSupport: together(c, c), featureSeeds: float64(len(seeds)),
	}
}

// TestPlaylistsAreDrawnEvenly keeps no more playlists than a request can look at.
func TestPlaylistsAreDrawnEvenly(t *testing.T) {
	var db mining.Transactions
	for n := range 3 * MaxNeighbours {
		db.Append(mining.Item(n))
	}
	x := holdersOf(&db, db.NumItems)
	if err := x.check(db.NumItems); err != nil || len(x.weights) != MaxNeighbours {
		t.Fatalf("%d playlists, %v", len(x.weights), err)
	}
	for i := range mining.Item(db.NumItems) {
		if kept := len(x.of(i)) == 1; kept != (i%3 == 0) {
			t.Fatalf("playlist %d: kept is %v", i, kept)
		}
	}
}
