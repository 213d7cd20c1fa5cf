package quality

import (
	"math/rand/v2"
	"slices"

	"segue.dev/shared/dataset"
	"segue.dev/shared/mining"
)

// sets tells whether all playlists are in the order of their tracks' names, as
// texts or as numbers. Then nobody put them in order but a program: they are
// sets, baskets perhaps, and which tracks come first says nothing.
func sets(data *dataset.Dataset, playlists [][]mining.Item) bool {
	texts, numbers := true, true
	for _, playlist := range playlists {
		for n := range playlist[1:] {
			before, name := data.Tracks[playlist[n]].Name, data.Tracks[playlist[n+1]].Name
			texts = texts && before <= name
			numbers = numbers && (len(before) < len(name) || len(before) == len(name) && before <= name)
		}
	}
	return texts || numbers
}

// shuffle puts the tracks of each playlist in a random order.
func shuffle(random *rand.Rand, playlists [][]mining.Item) {
	for p, playlist := range playlists {
		shuffled := slices.Clone(playlist)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		playlists[p] = shuffled
	}
}
