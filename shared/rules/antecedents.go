package rules

import (
	"errors"
	"slices"

	"segue.dev/shared/mining"
)

// antecedents are the sets of tracks that rules begin with.
type antecedents struct {
	items    []mining.Item // ascending inside an antecedent
	offsets  []uint32      // antecedent a is items[offsets[a]:offsets[a+1]]; they are in lexicographic order
	supports []uint32      // by antecedent
	first    []uint32      // antecedents that begin with item i: [first[i], first[i+1])
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
		offsets("first antecedent", x.first, items, len(x.supports)),
		positive("antecedent", x.supports),
	)
}

// at is the itemset of antecedent a.
func (x *antecedents) at(a uint32) []mining.Item { return x.items[x.offsets[a]:x.offsets[a+1]] }

// among lists the antecedents all of whose items are seeds, in their order:
// the order of addition decides the last bit of a score.
func (x *antecedents) among(seeds []mining.Item, s *scratch) []uint32 {
	s.antecedents = s.antecedents[:0]
	for _, seed := range seeds {
		for a := x.first[seed]; a < x.first[seed+1]; a++ {
			if s.allSeeds(x.at(a)) {
				s.antecedents = append(s.antecedents, a)
			}
		}
	}
	slices.Sort(s.antecedents)
	return s.antecedents
}
