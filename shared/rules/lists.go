package rules

import (
	"cmp"
	"encoding/binary"
	"slices"

	"segue.dev/shared/mining"
)

// lists are the rules of each antecedent, packed: there are millions, nearly
// all with a small support. A list is a run of pairs of unsigned varints (as in
// encoding/binary), by consequent: how far the consequent is above the one
// before it, and the rule's support. List a is bytes[offsets[a]:offsets[a+1]].
type lists struct {
	offsets []uint32
	bytes   []byte
	bound   uint32 // consequents are below
}

// pack lays out one list per antecedent.
func pack(mined *mining.Rules) *lists {
	l := &lists{offsets: []uint32{0}}
	var list []cursor
	for a := range mined.AntecedentSupports {
		list = list[:0]
		for rule := mined.RuleOffsets[a]; rule < mined.RuleOffsets[a+1]; rule++ {
			list = append(list, cursor{consequent: mined.Consequents[rule], support: mined.Supports[rule]})
		}
		slices.SortFunc(list, func(x, y cursor) int { return cmp.Compare(x.consequent, y.consequent) })
		var before uint32
		for _, rule := range list {
			l.bytes = binary.AppendUvarint(l.bytes, uint64(rule.consequent-before))
			l.bytes = binary.AppendUvarint(l.bytes, uint64(rule.support))
			before = rule.consequent
		}
		l.offsets = append(l.offsets, uint32(len(l.bytes)))
	}
	return l
}

// cursor walks over one list. A list is not checked before it is walked, for
// there are millions of rules: a damaged one ends early.
type cursor struct {
	rest                []byte
	bound               uint32 // consequents are below
	consequent, support uint32
}

func (l *lists) of(antecedent uint32) cursor {
	return cursor{rest: l.bytes[l.offsets[antecedent]:l.offsets[antecedent+1]], bound: l.bound}
}

// next moves to the next rule, if there is one.
func (c *cursor) next() bool {
	if len(c.rest) == 0 {
		return false
	}
	c.consequent += c.varint()
	c.support = c.varint()
	return c.support > 0 && c.consequent < c.bound
}

// varint reads a number; 0 if there is none.
func (c *cursor) varint() (v uint32) {
	for shift := 0; len(c.rest) > 0; shift += 7 {
		b := c.rest[0]
		c.rest = c.rest[1:]
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	return 0
}

// slice lays the lists over two sections.
func (l *lists) slice(s *[sectionEnd][]byte, offsets, bytes int) error {
	l.bytes = s[bytes]
	return column(s, offsets, &l.offsets)
}

// check tests that there are n lists, one after the other.
func (l *lists) check(what string, n, bound int) error {
	l.bound = uint32(bound)
	return offsets(what+"'s rules", l.offsets, n, len(l.bytes))
}
