package rules

import (
	"slices"

	"segue.dev/shared/mining"
)

// evidence is what the rules that were read say of one track, or of one artist,
// that they lead to.
type evidence struct {
	number    uint32  // of the track or the artist
	rules     uint32  // how many lead to it
	last      uint32  // of these; see consequents.before
	sum       float32 // of their strengths, but for the factor of the consequent
	strongest float32 // of these
}

// consequents are the tracks, or the artists, that the rules that were read lead
// to. Each has a place: the evidence of some hundreds lies together, in the
// processor's cache, and not all over a column of all tracks.
type consequents struct {
	places []uint32   // by number
	at     []evidence // by place
	starts []uint32   // by antecedent: how many rules were read before its own
	// before is, by rule, the one that was read before it and leads to the same, so
	// that those that lead to one need not be looked for. They count from 1; 0 is none.
	before []uint32
}

// Places that are no single consequent's.
const (
	nowhere    = iota // nothing leads there: the evidence is zero
	settled           // of what is given or excluded: nobody looks at it
	firstPlace        // of a consequent
)

func newConsequents(numbers int) consequents {
	return consequents{places: make([]uint32, numbers), at: make([]evidence, firstPlace), before: make([]uint32, 1)}
}

// add adds the rules of one antecedent, of that weight. Whether a rule leads to
// something new the processor could but guess, so nothing here branches on it.
func (c *consequents) add(rules []leads, weight float32) {
	first, end, places := uint32(len(c.before)), uint32(len(c.at)), c.places
	at := slices.Grow(c.at, len(rules))[:len(c.at)+len(rules)]
	before := slices.Grow(c.before, len(rules))[:len(c.before)+len(rules)]
	for n, rule := range rules {
		at[end] = evidence{number: rule.consequent} // if it is new
		place := places[rule.consequent]
		isNew := uint32((uint64(place) - 1) >> 63) // 1 if place is nowhere, 0 if not
		place += end & -isNew
		end += isNew
		places[rule.consequent] = place
		x := &at[place]
		number := first + uint32(n)
		before[number], x.last = x.last, number
		strength := strengthOf(rule, weight)
		x.rules++
		x.sum += strength
		x.strongest = max(x.strongest, strength)
	}
	c.at, c.before, c.starts = at[:end], before, append(c.starts, first)
}

// strengthOf is the strength of a rule but for the factor of its consequent. It is
// rounded, never fused with what follows, so that every machine gives the same.
func strengthOf(rule leads, weight float32) float32 { return float32(float32(rule.support) * weight) }

// all have a place, the first of them firstPlace.
func (c *consequents) all() []evidence { return c.at[firstPlace:] }

// give gives a place to what may have none.
func (c *consequents) give(number uint32) (place uint32) {
	if c.places[number] == nowhere {
		c.places[number] = uint32(len(c.at))
		c.at = append(c.at, evidence{number: number})
	}
	return c.places[number]
}

// settle takes tracks out of question.
func (c *consequents) settle(items []mining.Item) {
	for _, i := range items {
		c.places[i] = settled
	}
}

// ruleTo is a rule that was read, by the numbers of its antecedent and of the rule
// among the antecedent's.
type ruleTo struct{ antecedent, rule uint32 }

// to lists, in the memory of list, the rules that lead to a place, as they were
// added.
func (c *consequents) to(place uint32, list []ruleTo) []ruleTo {
	list = list[:0]
	a := len(c.starts) - 1
	for number := c.at[place].last; number > 0; number = c.before[number] {
		for c.starts[a] > number {
			a--
		}
		list = append(list, ruleTo{uint32(a), number - c.starts[a]})
	}
	slices.Reverse(list)
	return list
}

func (c *consequents) clear() {
	for _, x := range c.all() {
		c.places[x.number] = nowhere
	}
	c.at[settled] = evidence{}
	c.at, c.before, c.starts = c.at[:firstPlace], c.before[:1], c.starts[:0]
}
