package mining

import (
	"math/bits"
	"slices"
)

// A lattice counts the supports of all subsets of a few items at once. Each
// transaction is a bit mask; the weight of equal masks is added up in a table
// of 2^n sums, and one pass per item then turns the sums into supports, adding
// to every mask the sum of the mask with that item (Yates 1937, "superset
// sums"). Several sums share a 64-bit word, as many as the total weight allows:
// that many are added, and compared with the minimum support, at a time.
type lattice struct {
	n     int // items
	lanes int // log2 of the sums per word: 3, 2 or 1, for sums of 8, 16 or 32 bits
	words []uint64
}

// laneOnes has the lowest bit of each lane set, by log2 of the lanes per word.
var laneOnes = [4]uint64{1: 1<<32 | 1, 2: 0x0001_0001_0001_0001, 3: 0x0101_0101_0101_0101}

// latticeItems is how many items are worth a lattice for that many rows: more
// rows pay for a larger table.
func latticeItems(rows int) int {
	return min(max(bits.Len(uint(rows))+2, 5), 12)
}

// reset prepares for n items and transactions of that total weight, which is
// below 2^31: the highest bit of every lane stays free for the comparison.
func (l *lattice) reset(n int, weight uint32) {
	l.n = n
	switch {
	case weight < 1<<7:
		l.lanes = 3
	case weight < 1<<15:
		l.lanes = 2
	default:
		l.lanes = 1
	}
	size := max(1<<n>>l.lanes, 1)
	l.words = slices.Grow(l.words[:0], size)[:size]
	clear(l.words)
}

func (l *lattice) clone() *lattice {
	c := *l
	c.words = slices.Clone(l.words)
	return &c
}

// add counts a transaction of that weight.
func (l *lattice) add(mask, weight uint32) {
	word, shift := l.lane(mask)
	l.words[word] += uint64(weight) << shift
}

// lane says where the sum of a mask is.
func (l *lattice) lane(mask uint32) (word, shift uint32) {
	return mask >> l.lanes, mask & (1<<l.lanes - 1) * (64 >> l.lanes)
}

// support of the subset mask, once sums were taken.
func (l *lattice) support(mask uint32) uint32 {
	word, shift := l.lane(mask)
	return uint32(l.words[word] >> shift & (1<<(64>>l.lanes) - 1))
}

// sum turns the weights of masks into the supports of subsets.
func (l *lattice) sum() {
	l.sumInside()
	for step := 1; step < len(l.words); step *= 2 {
		for from := 0; from < len(l.words); from += 2 * step {
			low, high := l.words[from:from+step], l.words[from+step:from+2*step]
			for i, sum := range high {
				low[i] += sum
			}
		}
	}
}

// sumInside does the items whose masks lie in the same word.
func (l *lattice) sumInside() {
	for i, word := range l.words {
		if l.lanes >= 3 {
			word += word >> 8 & 0x00FF_00FF_00FF_00FF
		}
		if l.lanes >= 2 {
			word += word >> 16 & 0x0000_FFFF_0000_FFFF
		}
		l.words[i] = word + word>>32
	}
}

// count is the number of non-empty subsets that reach the minimum support. The
// whole weight must reach it.
func (l *lattice) count(minSupport uint32) uint64 {
	width := 64 >> l.lanes
	ones := laneOnes[l.lanes]
	high := ones << (width - 1)
	raise := ones * (1<<(width-1) - uint64(minSupport))
	n := 0
	for _, word := range l.words {
		n += bits.OnesCount64((word + raise) & high)
	}
	return uint64(n - 1) // the empty set
}
