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
// tracks have one. A part is in the order of bySupport. A list is unsigned varints (as in
// encoding/binary): the support of its first rule, then for each rule
//
//	distance · 4 + code
//
// Code 0 means that the support is that of the rule before, and the distance counts from its
// consequent; the first rule has it, too, from -1. With codes 1, 2 and 3 the support is
// another, and the distance counts from -1 again. Codes 1 and 2 say by how much it is lower;
// with code 3 a varint follows that says it, less 3 and modulo 2³². The first rule of the
// other part has code 3. List a is bytes[offsets[a]:offsets[a+1]].
type lists struct {
	offsets []uint32
	bytes   []byte
	bound   uint32 // consequents are below
}

// leads is where a rule leads to, and its support.
type leads struct{ consequent, support uint32 }

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
		slices.SortFunc(list[:first], bySupport)
		slices.SortFunc(list[first:], bySupport)
		l.add(list, first)
		l.offsets = append(l.offsets, uint32(len(l.bytes)))
	}
	return l
}

// add appends a list, of which the other part begins at that index.
func (l *lists) add(list []leads, other int) {
	var support uint32
	var from uint64 // the lowest consequent that the next can have
	for n, rule := range list {
		if n == 0 {
			support = rule.support
			l.bytes = binary.AppendUvarint(l.bytes, uint64(support))
		}
		drop := support - rule.support
		code := min(drop, longDrop)
		if n > 0 && n == other { // its support may be higher, or as high
			code = longDrop
		}
		if code > 0 {
			from = 0
		}
		l.bytes = binary.AppendUvarint(l.bytes, (uint64(rule.consequent)+1-from)<<2|uint64(code))
		if code == longDrop {
			l.bytes = binary.AppendUvarint(l.bytes, uint64(drop-longDrop))
		}
		support, from = rule.support, uint64(rule.consequent)+1
	}
}

// longDrop is the code of what needs a number of its own.
const longDrop = 3

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
	n := decode(to[len(to):len(to)+most], list, l.bound)
	return to[:len(to)+n]
}

// decode reads rules from the beginning of a list, as many as found has room for, up to the
// first that cannot be, and tells how many it found.
func decode(found []leads, list []byte, bound uint32) (n int) {
	first, at := varint(list, 0)
	support, from := uint32(first), uint64(0) // the lowest consequent that the next can have
	for ; n < len(found) && at < len(list); n++ {
		var v uint64
		if isShort(list, at) { // varint would do, but for a call for each rule
			v, at = shortVarint(list, at)
		} else {
			v, at = longVarint(list, at)
		}
		code := v & 3
		isSame := (code - 1) >> 63 // 1 if the support is that of the rule before
		from = from&-isSame + v>>2
		support -= uint32(code)
		if code == longDrop {
			var drop uint64
			drop, at = varint(list, at)
			support -= uint32(drop)
		}
		if v < 1<<2 || from > uint64(bound) || support == 0 {
			break
		}
		found[n] = leads{uint32(from - 1), support}
	}
	return n
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
func varint(list []byte, at int) (v uint64, next int) {
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
func shortVarint(list []byte, at int) (v uint64, next int) {
	first, second := uint64(list[at]), uint64(list[at+1])
	more := first >> 7 // 1 if the second byte belongs to it
	return first&0x7f | second<<7&-more, at + 1 + int(more)
}

func longVarint(list []byte, at int) (v uint64, next int) {
	for shift := 0; at < len(list); shift += 7 {
		b := list[at]
		at++
		v |= uint64(b&0x7f) << shift
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
