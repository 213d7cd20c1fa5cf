package rules

import (
	"math"
	"slices"
)

// evidence is what the rules that were read say of one track, or of one artist,
// that they lead to.
type evidence struct {
	number    uint32  // of the track or the artist
	last      uint32  // the number of the last rule that leads to it; see consequents.links
	sum       float32 // of the strengths of all that do, but for the factor of the consequent
	strongest float32 // of these
}

// consequents are the tracks, or the artists, that the rules that were read lead to:
// a sparse set (Briggs & Torczon, LOPLAS 1993). The evidence of some hundreds lies
// together, in the processor's cache, instead of all over a column of all tracks.
type consequents struct {
	slots    []uint32   // by number
	evidence []evidence // by slot
	starts   []uint32   // by antecedent: the number of its first rule
	// links are by rule. Rules are numbered from 1, as they are read. Those to one
	// consequent are a linked list that begins with evidence.last.
	links []link
}

// link leads from a rule to the one that was read before it and has the same
// consequent.
type link struct {
	previous uint32 // its number; 0 if there is none
	// antecedent is that of the rule itself, its index in starts: to search there, the
	// processor would have to guess too often.
	antecedent uint32
}

// Slots that many share, and the first that belongs to one consequent.
const (
	noSlot       = iota // of what no rule leads to; its evidence stays zero
	excludedSlot        // of tracks that must not be recommended; its evidence is not used
	firstSlot
)

func newConsequents(numbers int) consequents {
	return consequents{slots: make([]uint32, numbers), evidence: make([]evidence, firstSlot), links: make([]link, 1)}
}

// add adds the rules of an antecedent with that weight. There is no branch on
// whether a consequent is new: the processor would often guess wrong.
func (c *consequents) add(rules []leads, weight float32) {
	first, antecedent, end, slots := uint32(len(c.links)), uint32(len(c.starts)), uint32(len(c.evidence)), c.slots
	all := slices.Grow(c.evidence, len(rules))[:len(c.evidence)+len(rules)]
	c.links = slices.Grow(c.links, len(rules))[:len(c.links)+len(rules)]
	links := c.links[first:][:len(rules)]
	for n, rule := range rules {
		all[end] = evidence{number: rule.consequent} // overwritten later if it is not new
		slot := slots[rule.consequent]
		isNew := uint32((uint64(slot) - 1) >> 63) // 1 if slot is noSlot, 0 if not
		slot += end & -isNew
		end += isNew
		slots[rule.consequent] = slot
		x := &all[slot]
		links[n], x.last = link{x.last, antecedent}, first+uint32(n)
		strength := strengthOf(rule, weight)
		x.sum += strength
		x.strongest = higher(x.strongest, strength)
	}
	c.evidence, c.starts = all[:end], append(c.starts, first)
}

// higher is the higher of two strengths. Their bits are in order, too, for they are not
// negative, and max of whole numbers is the faster.
func higher(x, y float32) float32 {
	return math.Float32frombits(max(math.Float32bits(x), math.Float32bits(y)))
}

// strengthOf is the strength of a rule without the factor of its consequent. The
// conversion rounds the product, so that no machine fuses it with a sum and all give
// the same.
func strengthOf(rule leads, weight float32) float32 { return float32(float32(rule.support) * weight) }

// include adds a consequent, to which no rule may lead.
func (c *consequents) include(number uint32) {
	if c.slots[number] == noSlot {
		c.slots[number] = uint32(len(c.evidence))
		c.evidence = append(c.evidence, evidence{number: number})
	}
}

// A ruleNumber says which rule was read: that of which antecedent, both by index.
type ruleNumber struct{ antecedent, rule uint32 }

// rulesTo lists, in the memory of list, the rules to the consequent of a slot, in
// the order in which they were read.
func (c *consequents) rulesTo(slot uint32, list []ruleNumber) []ruleNumber {
	list = list[:0]
	for number := c.evidence[slot].last; number > 0; number = c.links[number].previous {
		a := c.links[number].antecedent
		list = append(list, ruleNumber{a, number - c.starts[a]})
	}
	slices.Reverse(list)
	return list
}

// count is how many rules lead to the consequent of a slot.
func (c *consequents) count(slot uint32) (rules int) {
	for number := c.evidence[slot].last; number > 0; number = c.links[number].previous {
		rules++
	}
	return rules
}

func (c *consequents) clear() {
	for _, x := range c.evidence[firstSlot:] {
		c.slots[x.number] = noSlot
	}
	c.evidence[excludedSlot] = evidence{}
	c.evidence, c.links, c.starts = c.evidence[:firstSlot], c.links[:1], c.starts[:0]
}
