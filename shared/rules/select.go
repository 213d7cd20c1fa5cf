package rules

import (
	"math"
	"slices"

	"segue.dev/shared/mining"
)

// candidate is a scored track. In scratch.bounds it is an artist, and its score an
// upper bound of what one of its tracks gets to which no rule between tracks leads.
// (Four fields are the most that the compiler keeps in registers.)
type candidate struct {
	item     mining.Item
	slot     uint32 // among the consequents
	score    float32
	estimate float32 // of the vectors, once it was asked for
}

// compare orders candidates best first. Scores are numbers, never NaN.
func compare(a, b candidate) int {
	switch {
	case a.score > b.score || a.score == b.score && a.item < b.item:
		return -1
	case a.item == b.item:
		return 0
	}
	return 1
}

// selection finds the best of many candidates. It counts scores by bin as they
// come; so it tells at any time what the best reach, and only the candidates of
// one bin are ever compared. The zero value is empty.
type selection struct {
	found   []candidate
	count   [bins]uint32
	highest int // bin that is not empty
	bound   int // bin of what least gave, if that was above 0
	reached int // how many are in that and those above

	above, within []candidate // memory of split
}

// bins is how many there are: 32 for each power of two from 2⁻²² to 2¹⁰. What is
// below or above lies in the first or the last.
const (
	bins     = 1 << 10
	binShift = 18
	firstBin = (127 - 22) << 23 >> binShift
)

// bin is the number of a score's bin: higher scores lie in higher bins. Scores
// are not negative, and then their bits are in order, too.
func bin(score float32) int {
	return min(max(int(math.Float32bits(score)>>binShift), firstBin), firstBin+bins-1) - firstBin
}

// firstOf are the bits of the lowest score of a bin that is not the first.
func firstOf(bin int) uint32 { return uint32(bin+firstBin) << binShift }

func (x *selection) add(c candidate) {
	x.found = append(x.found, c)
	b := bin(c.score)
	x.count[b]++
	x.highest = max(x.highest, b)
	x.reached += int(uint64(x.bound-b-1) >> 63) // by 1 if b is no lower than the bound
}

// least is a score that so many candidates reach at least, the lowest of its
// bin; 0 if there are not so many. They are one at least, and equally many until the
// selection is empty again: so the score only rises, and the search goes on from where it
// was.
func (x *selection) least(candidates int) float32 {
	if len(x.found) < candidates {
		return 0
	}
	if x.bound == 0 { // from below it would be up to a thousand steps
		x.bound, x.reached = x.reach(candidates)
	}
	for x.reached-int(x.count[x.bound]) >= candidates {
		x.reached -= int(x.count[x.bound])
		x.bound++
	}
	if x.bound == 0 {
		return 0
	}
	return math.Float32frombits(firstOf(x.bound))
}

// reach is the lowest bin that is needed for so many candidates, and how many
// are in that and those above.
func (x *selection) reach(candidates int) (last, reached int) {
	for last = x.highest + 1; reached < candidates && last > 0; {
		last--
		reached += int(x.count[last])
	}
	return last, reached
}

// best gives the best candidates, at most limit, in no particular order, and
// leaves the selection empty. They lie in its memory until others are asked for.
func (x *selection) best(limit int) []candidate {
	c := x.found
	if len(c) > limit && limit > 0 {
		last, reached := x.reach(limit)
		c = keep(c, last)
		if reached > limit {
			above, within := x.split(c, last, int(x.count[last]))
			slices.SortFunc(within, compare)
			c = append(above, within...)
		}
	}
	x.clear()
	return c[:min(limit, len(c))]
}

// keep gives the candidates in that bin and above, in the same memory. Each is written to
// the end of the list, which only moves on if it is one of them: a branch would often be
// guessed wrong.
func keep(c []candidate, last int) []candidate {
	if last == 0 {
		return c
	}
	n, low := 0, uint64(firstOf(last))
	for _, x := range c {
		c[n] = x
		n += 1 - int((uint64(math.Float32bits(x.score))-low)>>63)
	}
	return c[:n]
}

// split tells those in the bin last, which are so many, from those above, as keep does. Each
// is written behind both lists, so each list has room for one more; that of above has room
// for all.
func (x *selection) split(all []candidate, last, inLast int) (above, within []candidate) {
	above, within = slices.Grow(x.above[:0], len(all)+1), slices.Grow(x.within[:0], inLast+1)
	above, within = above[:len(all)-inLast+1], within[:inLast+1]
	n, m := 0, 0
	for _, c := range all {
		above[n], within[m] = c, c
		isAbove := int(uint64(last-bin(c.score)) >> 63)
		n += isAbove
		m += 1 - isAbove
	}
	x.above, x.within = above, within
	return above[:n], within[:m]
}

func (x *selection) clear() {
	x.found, x.highest, x.bound, x.reached = x.found[:0], 0, 0, 0
	clear(x.count[:])
}

// partialSort sorts the best candidates, at most limit, best first, and gives them.
// The others stay behind them.
func partialSort(c []candidate, limit int) []candidate {
	if limit > maxInsertion {
		slices.SortFunc(c, compare)
		return c[:min(limit, len(c))]
	}
	for n := range c {
		switch {
		case n < limit:
			insert(c[:n+1])
		case limit > 0 && compare(c[n], c[limit-1]) < 0:
			c[limit-1], c[n] = c[n], c[limit-1]
			insert(c[:limit])
		}
	}
	return c[:min(limit, len(c))]
}

// maxInsertion is how long a list is best sorted by insertion.
const maxInsertion = 64

// insert moves the last candidate to where it belongs among those before it, which
// are sorted.
func insert(c []candidate) {
	at := len(c) - 1
	last := c[at]
	for at > 0 && compare(last, c[at-1]) < 0 {
		c[at] = c[at-1]
		at--
	}
	c[at] = last
}
