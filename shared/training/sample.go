package training

import (
	"math/rand/v2"

	"segue.dev/shared/dataset"
)

// mostMeasured bounds what the training that is measured takes: of a larger
// dataset, so many playlists stand for all.
const mostMeasured = 50_000

// sample is the dataset, or mostMeasured of its playlists: each with equal
// chances, the same ones every time (Knuth, The Art of Computer Programming,
// algorithm 3.4.2S).
func sample(data *dataset.Dataset) *dataset.Dataset {
	n, left := data.Playlists.Len(), mostMeasured
	if n <= mostMeasured {
		return data
	}
	random := rand.New(rand.NewPCG(2, 0))
	data, _ = data.Subset(func(p int) bool {
		if random.IntN(n-p) >= left {
			return false
		}
		left--
		return true
	})
	return data
}
