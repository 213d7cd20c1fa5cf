package rules

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"segue.dev/shared/mining"
)

// lists are the rules of each antecedent, packed, for there are millions. Those between
// artists have two parts: the champions (see there), then the others; those between
// tracks have one. A part is a run of groups of rules of equal support, highest first. A
// group is unsigned varints (as in encoding/binary): the support, how many rules there
// are, and for each, by ascending consequent, the distance from the consequent before
// it; the first counts from -1. List a is bytes[offsets[a]:offsets[a+1]].
type lists struct {
	offsets []uint32
	bytes   []byte
	bound   uint32 // consequents are below
}

// leads is where a rule leads to, and its support.
type leads struct{ consequent, support uint32 }

// beforeFirst is -1 modulo 2³². Distances count from it, so that none is 0, which
// varint gives for what is cut short.
const beforeFirst uint32 = math.MaxUint32

// packTracks lays out the rules between tracks, which have one part.
func packTracks(mined *mining.Rules) *lists {
	return pack(mined, func([]leads) int { return 0 })
}

// pack lays out one list per antecedent. Its first part is as many rules as split says,
// which may put them in order for that.
func pack(mined *mining.Rules, split func(list []leads) int) *lists {
	l := &lists{offsets: []uint32{0}}
	var list []leads
	for a := range mined.AntecedentSupports {
		list = list[:0]
		for rule := mined.RuleOffsets[a]; rule < mined.RuleOffsets[a+1]; rule++ {
			list = append(list, leads{mined.Consequents[rule], mined.Supports[rule]})
		}
		first := split(list)
		l.add(list[:first])
		l.add(list[first:])
		l.offsets = append(l.offsets, uint32(len(l.bytes)))
	}
	return l
}

// add appends rules in groups. It sorts them in place.
func (l *lists) add(list []leads) {
	slices.SortFunc(list, bySupport)
	for len(list) > 0 {
		support := list[0].support
		n := 1
		for n < len(list) && list[n].support == support {
			n++
		}
		l.bytes = binary.AppendUvarint(l.bytes, uint64(support))
		l.bytes = binary.AppendUvarint(l.bytes, uint64(n))
		before := beforeFirst
		for _, rule := range list[:n] {
			l.bytes = binary.AppendUvarint(l.bytes, uint64(rule.consequent-before))
			before = rule.consequent
		}
		list = list[n:]
	}
}

// bySupport orders by support, highest first, then by consequent.
func bySupport(x, y leads) int { return cmp.Or(cmp.Compare(y.support, x.support), byConsequent(x, y)) }

func byConsequent(x, y leads) int { return cmp.Compare(x.consequent, y.consequent) }

// appendTo appends the rules of an antecedent, as they come, at most so many. A list is
// not checked before it is read, for there are millions of rules: a damaged one ends
// early.
func (l *lists) appendTo(to []leads, antecedent uint32, most int) []leads {
	list := l.bytes[l.offsets[antecedent]:l.offsets[antecedent+1]]
	most = min(most, len(list)) // a rule takes a byte at least
	to = slices.Grow(to, most)
	found, n := to[len(to):len(to)+most], 0
	for at := 0; at < len(list) && n < most; {
		var support, count, distance uint32
		support, at = varint(list, at)
		count, at = varint(list, at)
		if support == 0 {
			break
		}
		consequent := beforeFirst
		for end := min(n+int(count), most); n < end; n++ {
			if isShort(list, at) { // as varint does, without a call for each rule
				distance, at = shortVarint(list, at)
			} else {
				distance, at = longVarint(list, at)
			}
			if consequent += distance; distance == 0 || consequent >= l.bound {
				return to[:len(to)+n]
			}
			found[n] = leads{consequent, support}
		}
	}
	return to[:len(to)+n]
}

// all gives the rules of an antecedent, by consequent, in the memory of list
// where they fit.
func (l *lists) all(list []leads, antecedent uint32) []leads {
	list = l.appendTo(list[:0], antecedent, math.MaxInt)
	slices.SortFunc(list, byConsequent)
	return list
}

// varint reads the number that begins there, 0 if it is cut short, and where the
// next one begins.
func varint(list []byte, at int) (v uint32, next int) {
	if isShort(list, at) {
		return shortVarint(list, at)
	}
	return longVarint(list, at)
}

// isShort tells whether the number that begins there has two bytes at most, and is not
// the last byte of all.
func isShort(list []byte, at int) bool {
	return at+1 < len(list) && list[at]&list[at+1] < 0x80
}

// shortVarint reads a short one. One byte and two are told apart without a branch, which
// the processor would often guess wrong.
func shortVarint(list []byte, at int) (v uint32, next int) {
	first, second := uint32(list[at]), uint32(list[at+1])
	more := first >> 7 // 1 if the second byte belongs to it
	return first&0x7f | second<<7&-more, at + 1 + int(more)
}

func longVarint(list []byte, at int) (v uint32, next int) {
	for shift := 0; at < len(list); shift += 7 {
		b := list[at]
		at++
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v, at
		}
	}
	return 0, at
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
