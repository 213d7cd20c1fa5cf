package rules

import (
	"math"
	"slices"

	"segue.dev/shared/mining"
)

// candidate is a scored track.
type candidate struct {
	item  mining.Item
	score float32
}

// compare orders candidates best first. Scores are numbers, never NaN.
func compare(a, b candidate) int {
	switch {
	case a.score > b.score || a.score == b.score && a.item < b.item:
		return -1
	case a == b:
		return 0
	}
	return 1
}

// best gives the best candidates, at most limit, in no particular order.
func (s *scratch) best(limit int) []candidate {
	found := s.found[:0]
	for _, i := range s.marked {
		s.scores[i] = 0
	}
	for _, i := range s.scored {
		if score := s.scores[i]; score > 0 {
			found = append(found, candidate{i, score})
		}
	}
	s.found = found
	return selectBest(found, limit, s.bins)
}

// bins is how many there are: 32 for each power of two.
const (
	bins     = 1 << 13
	binShift = 18
)

// bin is the number of a score's bin: higher scores lie in higher bins. Scores
// are not negative, and then their bits are in order, too.
func bin(score float32) uint32 { return math.Float32bits(score) >> binShift }

// selectBest moves the best candidates, at most limit, to the front and returns
// them. It counts scores by bin, which takes two passes whatever the limit is;
// only the candidates of one bin are compared. The bins are zero before and
// after.
func selectBest(c []candidate, limit int, count *[bins]uint32) []candidate {
	if len(c) <= limit {
		return c
	}
	for _, x := range c {
		count[bin(x.score)%bins]++
	}
	// The bins above last hold fewer than limit candidates, with last at least.
	last, above := bins, 0
	for above < limit {
		last--
		above += int(count[last])
	}
	clear(count[:])
	// In order: above the bin, in the bin, and what need not be in order.
	front, within := 0, 0
	for n := range c {
		x := c[n]
		switch b := int(bin(x.score) % bins); {
		case b < last:
			continue
		case b == last:
			c[n], c[within] = c[within], x
		default:
			c[n] = c[within]
			c[within], c[front] = c[front], x
			front++
		}
		within++
	}
	slices.SortFunc(c[front:within], compare)
	return c[:limit]
}

// first sorts the best candidates, at most limit, best first, and drops the
// others. It is for a limit that is small beside their number.
func first(c []candidate, limit int) []candidate {
	if len(c) <= limit || limit > few {
		slices.SortFunc(c, compare)
		return c[:min(limit, len(c))]
	}
	best := c[:limit]
	slices.SortFunc(best, compare)
	for _, x := range c[limit:] {
		if limit > 0 && compare(x, best[limit-1]) < 0 {
			best[limit-1] = x
			sink(best)
		}
	}
	return best
}
