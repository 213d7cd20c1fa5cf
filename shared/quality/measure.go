package quality

import (
	"segue.dev/shared/mining"
	"segue.dev/shared/parallel"
	"segue.dev/shared/ranking"
	"segue.dev/shared/rules"
)

// ListLength is how many recommendations are judged.
const ListLength = 500

// Figures judge one list, or the mean of several. The definitions are those of
// the RecSys Challenge 2018 (Chen, Lamere, Schedl & Zamani).
type Figures struct {
	// RPrecision is the share of the held-out tracks among as many
	// recommendations as there are held-out tracks.
	RPrecision float64
	// NDCG is the discounted cumulative gain, 1 at rank 1 and 1/log₂(i) from
	// there on, as a share of the best possible.
	NDCG float64
	// Clicks is how often ten more songs must be asked for until one is right;
	// 51 if none is.
	Clicks float64
	// HitRate is 1 if one of the first ten is right.
	HitRate float64
	// ByRules is 1 if any recommendation has a rule behind it.
	ByRules float64
}

// A Recommender gives items of the whole dataset, best first, and whether any
// comes from a rule.
type Recommender func(seeds []mining.Item) (items []mining.Item, byRules bool)

// Measure judges a recommender on each held-out playlist, of which the first
// seeds tracks are given.
func (s *Split) Measure(recommend Recommender, seeds int) []Figures {
	return s.measure(recommend, func([]mining.Item) int { return seeds })
}

// LeaveOneOut judges a recommender on the last track of each held-out playlist;
// the others are given.
func (s *Split) LeaveOneOut(recommend Recommender) []Figures {
	return s.measure(recommend, func(playlist []mining.Item) int { return len(playlist) - 1 })
}

// measure gives the first seeds(playlist) tracks of each playlist.
func (s *Split) measure(recommend Recommender, seeds func(playlist []mining.Item) int) []Figures {
	figures := make([]Figures, len(s.Held))
	parallel.Each(len(s.Held), func(n int) {
		k := seeds(s.Held[n])
		given, held := s.Held[n][:k], s.Held[n][k:]
		items, byRules := recommend(given)
		figures[n] = judge(items, held)
		if byRules {
			figures[n].ByRules = 1
		}
	})
	return figures
}

// Serving recommends as the recommender function does: seeds are looked up by
// what is known of them.
func (s *Split) Serving(set *rules.Rules) Recommender {
	return func(seeds []mining.Item) ([]mining.Item, bool) {
		answer := set.Recommend(s.Request(set, seeds))
		items := make([]mining.Item, len(answer.Recommendations))
		for n, rec := range answer.Recommendations {
			items[n] = rec.Item
		}
		return s.Origins(items), answer.ByRules > 0
	}
}

// Request asks the set for a whole list, with the seeds as a client knows them.
func (s *Split) Request(set *rules.Rules, seeds []mining.Item) rules.Request {
	queries := make([]rules.Query, len(seeds))
	for n, i := range seeds {
		t := s.Track(i)
		queries[n] = rules.Query{URI: t.URI, Track: t.Name, Artist: t.Artist}
	}
	found := set.Resolve(queries)
	return rules.Request{Seeds: found.Items, Artists: found.Artists, Limit: ListLength}
}

// Mean is the mean of each figure.
func Mean(of []Figures) (mean Figures) {
	n := float64(max(1, len(of)))
	for _, f := range of {
		mean.RPrecision += f.RPrecision / n
		mean.NDCG += f.NDCG / n
		mean.Clicks += f.Clicks / n
		mean.HitRate += f.HitRate / n
		mean.ByRules += f.ByRules / n
	}
	return mean
}

func judge(items, held []mining.Item) (f Figures) {
	wanted := make(map[mining.Item]bool, len(held))
	for _, i := range held {
		wanted[i] = true
	}
	f.Clicks = 51
	for n, i := range items {
		if !wanted[i] {
			continue
		}
		f.NDCG += ranking.Gain(n)
		f.Clicks = min(f.Clicks, float64(n/10))
		if n < len(held) {
			f.RPrecision++
		}
		if n < 10 {
			f.HitRate = 1
		}
	}
	f.RPrecision /= float64(len(held))
	f.NDCG /= ranking.Ideal(min(len(held), ListLength))
	return f
}
