package rules

import (
	"fmt"
	"math"
	"slices"

	"segue.dev/shared/mining"
)

// MaxNeighbours is the most playlists that a rule set keeps: enough for each
// track to be in some, few enough to look at all of them for one request.
const MaxNeighbours = 20000

// playlistNumbers are all numbers that two bytes can hold, MaxNeighbours among
// them: an array that long needs no check of its index.
const playlistNumbers = 1 << 16

// neighbours are playlists of the dataset, turned around: those that share
// tracks with a request tell apart candidates that the rules find equally
// strong.
type neighbours struct {
	weights []float32 // by playlist: 1/√length
	offsets []uint32  // the playlists that hold track i are holders[offsets[i]:offsets[i+1]]
	holders []uint16  // ascending for each track
}

// holdersOf lists the playlists of each track, of playlists that are evenly
// drawn if there are too many.
func holdersOf(db *mining.Transactions, tracks int) (x neighbours) {
	kept := min(db.Len(), MaxNeighbours)
	x.offsets = make([]uint32, tracks+1)
	lists := make([][]uint16, tracks)
	for n := range kept {
		list := slices.Compact(slices.Sorted(slices.Values(db.At(n * db.Len() / kept))))
		x.weights = append(x.weights, float32(1/math.Sqrt(float64(max(1, len(list))))))
		for _, i := range list {
			lists[i] = append(lists[i], uint16(n))
		}
	}
	x.holders = slices.Concat(lists...)
	for i, list := range lists {
		x.offsets[i+1] = x.offsets[i] + uint32(len(list))
	}
	return x
}

// check tests that the weights are what they can be. Whether a holder is one of
// the playlists is found out when it is used.
func (x *neighbours) check(tracks int) error {
	for p, weight := range x.weights {
		if !(weight >= 0 && weight <= 1) {
			return fmt.Errorf("the weight of playlist %d is %v", p, weight)
		}
	}
	if len(x.weights) > playlistNumbers {
		return fmt.Errorf("%d playlists are more than can be numbered", len(x.weights))
	}
	return offsets("track's playlists", x.offsets, tracks, len(x.holders))
}

// of lists the playlists that hold a track.
func (x *neighbours) of(i mining.Item) []uint16 {
	return x.holders[x.offsets[i]:x.offsets[i+1]]
}

// share is how much a playlist shares with a request, and the square of that.
type share struct{ sum, square float32 }

// shareWith notes how much each playlist shares with the request: the seeds that
// it holds, weighted as antecedents are, for its length. There is no branch on whether
// a playlist is new, as in consequents.add.
func (x *neighbours) shareWith(seeds []seed, s *scratch) {
	for _, seed := range seeds {
		holders := x.of(seed.item)
		n := len(s.sharing)
		sharing := slices.Grow(s.sharing, len(holders))[:n+len(holders)]
		for _, p := range holders {
			before := s.shared[p].sum
			sharing[n] = p // overwritten later if it is not new
			// By 1 if it shared nothing before.
			n += int((uint64(math.Float32bits(before)) - 1) >> 63)
			s.shared[p].sum = before + seed.weight
		}
		s.sharing = sharing[:n]
	}
	for _, p := range s.sharing {
		if int(p) < len(x.weights) {
			weighted := s.shared[p].sum * x.weights[p]
			s.shared[p] = share{weighted, float32(weighted * weighted)}
		} else { // damaged
			s.shared[p] = share{}
		}
	}
}

// near is what the playlists that hold a track share with the request, and the
// sum of the squares of it: as a rule between the shared tracks and this one
// would count, and near playlists before all.
func (x *neighbours) near(i mining.Item, shared *[playlistNumbers]share) (near, nearest float32) {
	return sumShares(x.of(i), shared)
}

// sumSharesPortable adds up what the playlists share, and the squares: sums side by side do not
// wait for each other.
func sumSharesPortable(playlists []uint16, shared *[playlistNumbers]share) (near, nearest float32) {
	var even, odd share
	for ; len(playlists) >= 4; playlists = playlists[4:] {
		even = even.plus(shared[playlists[0]].plus(shared[playlists[2]]))
		odd = odd.plus(shared[playlists[1]].plus(shared[playlists[3]]))
	}
	for _, p := range playlists {
		even = even.plus(shared[p])
	}
	all := even.plus(odd)
	return all.sum, all.square
}

func (s share) plus(t share) share { return share{s.sum + t.sum, s.square + t.square} }
