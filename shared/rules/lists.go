package rules

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
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

// cursor walks over one list.
type cursor struct {
	rest                []byte
	consequent, support uint32
}

func (l *lists) of(antecedent uint32) cursor {
	return cursor{rest: l.bytes[l.offsets[antecedent]:l.offsets[antecedent+1]]}
}

// next moves to the next rule, if there is one.
func (c *cursor) next() bool {
	if len(c.rest) == 0 {
		return false
	}
	c.consequent += c.varint()
	c.support = c.varint()
	return true
}

// varint reads a number, of which check has made sure that it is there.
func (c *cursor) varint() (v uint32) {
	for shift := 0; ; shift += 7 {
		b := c.rest[0]
		c.rest = c.rest[1:]
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
}

// slice lays the lists over two sections.
func (l *lists) slice(s *[sectionEnd][]byte, offsets, bytes int) error {
	l.bytes = s[bytes]
	return column(s, offsets, &l.offsets)
}

// check tests that there are n lists, whose consequents ascend and are below
// bound and whose supports are not 0.
func (l *lists) check(what string, n, bound int) error {
	if err := offsets(what, l.offsets, n, len(l.bytes)); err != nil {
		return err
	}
	for a := range n {
		if err := checkList(l.bytes[l.offsets[a]:l.offsets[a+1]], uint64(bound)); err != nil {
			return fmt.Errorf("the rules of %s %d: %w", what, a, err)
		}
	}
	return nil
}

func checkList(list []byte, bound uint64) error {
	var next uint64 // the least consequent that may follow
	for len(list) > 0 {
		distance, n := binary.Uvarint(list)
		support, m := binary.Uvarint(list[max(n, 0):])
		if n <= 0 || m <= 0 || n > binary.MaxVarintLen32 || m > binary.MaxVarintLen32 || support == 0 || support>>32 != 0 {
			return errors.New("a number is cut short or impossible")
		}
		consequent := max(next, 1) - 1 + distance
		if consequent < next || consequent >= bound {
			return errors.New("a consequent is out of order or out of bounds")
		}
		next = consequent + 1
		list = list[n+m:]
	}
	return nil
}
