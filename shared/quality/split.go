// Package quality measures recommendations on playlists that were held out:
// their first tracks are the seeds, the others should come back.
package quality

import (
	"math/rand/v2"

	"segue.dev/shared/catalog"
	"segue.dev/shared/dataset"
	"segue.dev/shared/mining"
)

// A Split is a dataset of which some playlists are held out.
type Split struct {
	Train *dataset.Dataset
	// Held are the held-out playlists, by item of the whole dataset.
	Held [][]mining.Item

	whole  *dataset.Dataset
	origin []mining.Item // by item of Train: the item of the whole dataset
}

// Hold holds out n playlists, drawn at random, of those with at least so many
// tracks. The same seed and dataset give the same split. Fewer than n are held
// out if there are fewer. If playlists are sets, their tracks come in a random
// order, so that the first are any.
func Hold(data *dataset.Dataset, seed uint64, n, atLeast int) *Split {
	var long []int
	for p := range data.Playlists.Len() {
		if len(data.Playlists.At(p)) >= atLeast {
			long = append(long, p)
		}
	}
	random := rand.New(rand.NewPCG(seed, 0))
	random.Shuffle(len(long), func(i, j int) { long[i], long[j] = long[j], long[i] })
	held := make(map[int]bool, n)
	for _, p := range long[:min(n, len(long))] {
		held[p] = true
	}
	s := &Split{whole: data}
	s.Train, s.origin = data.Subset(func(p int) bool { return !held[p] })
	for p := range data.Playlists.Len() {
		if held[p] {
			s.Held = append(s.Held, data.Playlists.At(p))
		}
	}
	if sets(data, s.Held) {
		shuffle(random, s.Held)
	}
	return s
}

// Track is what is known of an item of the whole dataset.
func (s *Split) Track(i mining.Item) catalog.Track { return s.whole.Tracks[i] }

// Origins are the items of the whole dataset that items of Train are.
func (s *Split) Origins(items []mining.Item) []mining.Item {
	origins := make([]mining.Item, len(items))
	for n, i := range items {
		origins[n] = s.origin[i]
	}
	return origins
}

// Known gives the item of Train that an item of the whole dataset is. Those
// that only held-out playlists have are missing.
func (s *Split) Known() map[mining.Item]mining.Item {
	known := make(map[mining.Item]mining.Item, len(s.origin))
	for i, origin := range s.origin {
		known[origin] = mining.Item(i)
	}
	return known
}
