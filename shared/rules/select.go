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

func (x *selection) add(c candidate) {
	x.found = append(x.found, c)
	b := bin(c.score)
	x.count[b]++
	x.highest = max(x.highest, b)
}

// least is a score that so many candidates reach at least, the lowest of its
// bin; 0 if there are not so many.
func (x *selection) least(candidates int) float32 {
	if len(x.found) < candidates {
		return 0
	}
	last, _ := x.reach(candidates)
	if last == 0 {
		return 0
	}
	return math.Float32frombits(uint32(last+firstBin) << binShift)
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
		above, within := x.split(last, reached)
		if reached > limit {
			slices.SortFunc(within, compare)
		}
		c = append(above, within...)
	}
	x.clear()
	return c[:min(limit, len(c))]
}

// split gives the candidates above the bin last and those in it; reached is how many
// both are. Each candidate is written to the end of both lists, and only the end of its
// own list moves on: a branch would often be guessed wrong. So each list has room for
// one more.
func (x *selection) split(last, reached int) (above, within []candidate) {
	inLast := int(x.count[last])
	above, within = slices.Grow(x.above[:0], reached+1), slices.Grow(x.within[:0], inLast+1)
	above, within = above[:reached-inLast+1], within[:inLast+1]
	n, m := 0, 0
	for _, c := range x.found {
		above[n], within[m] = c, c
		b := bin(c.score)
		isAbove, isBelow := int(uint(last-b)>>63), int(uint(b-last)>>63)
		n += isAbove
		m += 1 - isAbove - isBelow
	}
	x.above, x.within = above, within
	return above[:n], within[:m]
}

func (x *selection) clear() {
	x.found, x.highest = x.found[:0], 0
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
