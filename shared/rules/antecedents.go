package rules

import (
	"cmp"
	"errors"
	"slices"

	"segue.dev/shared/mining"
)

// antecedents are the sets of tracks that rules begin with.
type antecedents struct {
	items    []mining.Item // ascending inside an antecedent
	offsets  []uint32      // antecedent a is items[offsets[a]:offsets[a+1]]; they are in lexicographic order
	supports []uint32      // by antecedent
	first    []uint32      // antecedents that begin with item i: [first[i], first[i+1]); rare items, with which none begins, are left out
}

func (x *antecedents) slice(s *[sectionEnd][]byte) error {
	return errors.Join(
		column(s, sectionAntecedentItems, &x.items),
		column(s, sectionAntecedentOffsets, &x.offsets),
		column(s, sectionAntecedentSupports, &x.supports),
		column(s, sectionAntecedentFirst, &x.first),
	)
}

func (x *antecedents) check(items int) error {
	return errors.Join(
		indices("antecedent's item", x.items, len(x.items), items),
		offsets("antecedent", x.offsets, len(x.supports), len(x.items)),
		offsets("first antecedent", x.first, min(items, max(0, len(x.first)-1)), len(x.supports)),
		positive("antecedent", x.supports),
	)
}

// at is the itemset of antecedent a.
func (x *antecedents) at(a uint32) []mining.Item { return x.items[x.offsets[a]:x.offsets[a+1]] }

// among lists the antecedents all of whose items are seeds, in their order.
func (x *antecedents) among(seeds []seed, s *scratch) []uint32 {
	s.numbers = s.numbers[:0]
	for _, seed := range seeds {
		if int(seed.item)+1 >= len(x.first) {
			break // nor does one begin with what follows
		}
		for a := x.first[seed.item]; a < x.first[seed.item+1]; a++ {
			isOne := len(x.at(a)) == 1 // it begins with that seed, and need not be read
			if isOne || areSeeds(x.at(a), seeds) {
				s.numbers = append(s.numbers, a)
			}
		}
	}
	slices.Sort(s.numbers)
	return s.numbers
}

// areSeeds tells whether all items are seeds. The seeds are sorted by item.
func areSeeds(items []mining.Item, seeds []seed) bool {
	for _, i := range items {
		if _, found := slices.BinarySearchFunc(seeds, i, func(x seed, i mining.Item) int { return cmp.Compare(x.item, i) }); !found {
			return false
		}
	}
	return true
}
