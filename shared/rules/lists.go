package rules

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"segue.dev/shared/mining"
)

// lists are the rules of each antecedent, packed: there are millions, nearly
// all with a small support. A list is a run of pairs of unsigned varints (as in
// encoding/binary): how far the consequent is above the one before it, modulo
// 2³², and the rule's support. The strongest rules come first, then the others,
// both by consequent. List a is bytes[offsets[a]:offsets[a+1]].
type lists struct {
	offsets []uint32
	bytes   []byte
	bound   uint32 // consequents are below
}

// leads is where a rule leads to, and its support.
type leads struct{ consequent, support uint32 }

// champions is how many rules of a list come first (champion lists: Manning,
// Raghavan & Schütze, Introduction to Information Retrieval, 7.1.3).
// docs/quality.md says what it costs to read no others.
const champions = 64

// pack lays out one list per antecedent. Inside a list, a rule's strength is its
// support times the weight of its consequent: that of the antecedent is the same
// for all.
func pack(mined *mining.Rules, weight func(consequent uint32) float32) *lists {
	l := &lists{offsets: []uint32{0}}
	strength := func(x leads) float32 { return float32(x.support) * weight(x.consequent) }
	var list []leads
	for a := range mined.AntecedentSupports {
		list = list[:0]
		for rule := mined.RuleOffsets[a]; rule < mined.RuleOffsets[a+1]; rule++ {
			list = append(list, leads{mined.Consequents[rule], mined.Supports[rule]})
		}
		slices.SortFunc(list, func(x, y leads) int { return cmp.Or(cmp.Compare(strength(y), strength(x)), byConsequent(x, y)) })
		first := min(champions, len(list))
		slices.SortFunc(list[:first], byConsequent)
		slices.SortFunc(list[first:], byConsequent)
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

func byConsequent(x, y leads) int { return cmp.Compare(x.consequent, y.consequent) }

// appendTo appends the first rules of an antecedent, at most so many. A list is
// not checked before it is read, for there are millions of rules: a damaged one
// ends early.
func (l *lists) appendTo(to []leads, antecedent uint32, most int) []leads {
	list := l.bytes[l.offsets[antecedent]:l.offsets[antecedent+1]]
	var rule leads
	for at := 0; at < len(list) && most > 0; most-- {
		distance := uint32(list[at])
		if at++; distance >= 0x80 { // two bytes, as most are
			var more uint32
			if more, at = varint(list, at); more == 0 {
				break
			}
			distance = distance&0x7f | more<<7
		}
		rule.support, at = varint(list, at)
		if rule.consequent += distance; rule.support == 0 || rule.consequent >= l.bound {
			break
		}
		to = append(to, rule)
	}
	return to
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
	if at < len(list) && list[at] < 0x80 {
		return uint32(list[at]), at + 1
	}
	return longVarint(list, at)
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

// sliceChampions reads how many rules of each list come first.
func (r *Rules) sliceChampions(s *[sectionEnd][]byte) error {
	r.champions = math.MaxInt // an object that does not say it is read whole
	var all []uint32
	if err := column(s, sectionChampions, &all); err != nil || len(all) == 0 {
		return err
	}
	if len(all) > 1 || all[0] == 0 {
		return fmt.Errorf("it is not one number above 0 that says how many rules come first: %v", all)
	}
	r.champions = int(min(all[0], math.MaxInt32))
	return nil
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
