package mining

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// mineSets mines rules whose antecedents have up to MaxSize-1 items: from the
// frequent itemsets, each of which gives one rule per item, with that item as
// the consequent. The rest is frequent too, so its support is known.
func mineSets(ctx context.Context, db *Transactions, opt RuleOptions) (*Rules, error) {
	sets, err := collectSets(ctx, db, opt.itemsets())
	if err != nil {
		return nil, err
	}
	candidates := sets.smallerThan(opt.MaxSize)
	groups := groupRules(sets, sets.antecedents(candidates), opt)
	slices.SortFunc(candidates, func(a, b uint32) int { return slices.Compare(sets.at(a), sets.at(b)) })
	writer := newRuleWriter(opt)
	var consequents []Item
	var supports []uint32
	for _, set := range candidates {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		consequents, supports = consequents[:0], supports[:0]
		for _, rule := range strongest(groups.of(set), opt.MaxRules) {
			consequents = append(consequents, rule.item())
			supports = append(supports, rule.support())
		}
		if len(consequents) == 0 {
			continue
		}
		if err := writer.add(sets.at(set), sets.supports[set], consequents, supports); err != nil {
			return nil, err
		}
	}
	return writer.finish(), nil
}

// itemsetList holds itemsets in columns, in the order in which they were found.
type itemsetList struct {
	items    []Item
	offsets  []int // itemset s is items[offsets[s]:offsets[s+1]]
	supports []uint32
}

func collectSets(ctx context.Context, db *Transactions, opt ItemsetOptions) (*itemsetList, error) {
	sets := &itemsetList{offsets: []int{0}}
	err := Itemsets(ctx, db, opt, func(itemset []Item, support int) error {
		if len(sets.supports) == math.MaxUint32 {
			return fmt.Errorf("mining: more than %d frequent itemsets: raise MinSupport or lower MaxSize", len(sets.supports))
		}
		sets.items = append(sets.items, itemset...)
		sets.offsets = append(sets.offsets, len(sets.items))
		sets.supports = append(sets.supports, uint32(support))
		return nil
	})
	return sets, err
}

func (l *itemsetList) at(set uint32) []Item { return l.items[l.offsets[set]:l.offsets[set+1]] }

// smallerThan are the numbers of the itemsets with fewer items than that.
func (l *itemsetList) smallerThan(size int) (sets []uint32) {
	for set := range uint32(len(l.supports)) {
		if len(l.at(set)) < size {
			sets = append(sets, set)
		}
	}
	return sets
}

// noSet stands where an itemset less one item is empty.
const noSet = math.MaxUint32

// antecedents finds, for every entry of items, the itemset without that item,
// which is among the candidates.
func (l *itemsetList) antecedents(candidates []uint32) []uint32 {
	table := make([]uint32, 2<<bits.Len(uint(len(candidates)))) // itemset + 1; 0 = empty
	for _, set := range candidates {
		table[l.find(table, l.at(set), -1)] = set + 1
	}
	found := make([]uint32, len(l.items))
	for set := range uint32(len(l.supports)) {
		items := l.at(set)
		for i := range items {
			at := l.offsets[set] + i
			if found[at] = noSet; len(items) > 1 {
				found[at] = table[l.find(table, items, i)] - 1
			}
		}
	}
	return found
}

// find is the slot of the table that holds the given items without the one at
// skip, or the empty slot where they belong.
func (l *itemsetList) find(table []uint32, items []Item, skip int) int {
	hash, n := uint64(0), len(items)
	for i, item := range items {
		if i != skip {
			hash = (bits.RotateLeft64(hash, 23) ^ uint64(item)) * 0x9E3779B97F4A7C15
		}
	}
	if skip >= 0 {
		n--
	}
	mask := len(table) - 1
	for slot := int(hash>>20) & mask; ; slot = (slot + 1) & mask {
		if table[slot] == 0 {
			return slot
		}
		if other := l.at(table[slot] - 1); len(other) == n && equalWithout(items, skip, other) {
			return slot
		}
	}
}

// equalWithout reports whether items without the one at skip are other.
func equalWithout(items []Item, skip int, other []Item) bool {
	if skip < 0 {
		return slices.Equal(items, other)
	}
	return slices.Equal(items[:skip], other[:skip]) && slices.Equal(items[skip+1:], other[skip:])
}

// ruleGroups holds the candidates of all rules, grouped by antecedent.
type ruleGroups struct {
	candidates []candidate
	ends       []int // per itemset, as the antecedent
}

func (g *ruleGroups) of(set uint32) []candidate {
	start := 0
	if set > 0 {
		start = g.ends[set-1]
	}
	return g.candidates[start:g.ends[set]]
}

// groupRules sorts the rules that are good enough by antecedent, counting first.
func groupRules(sets *itemsetList, antecedents []uint32, opt RuleOptions) *ruleGroups {
	least := make([]uint32, len(sets.supports))
	for set, support := range sets.supports {
		least[set] = leastSupport(support, opt)
	}
	each := func(rule func(antecedent uint32, c candidate)) {
		for set, support := range sets.supports {
			for at := sets.offsets[set]; at < sets.offsets[set+1]; at++ {
				if a := antecedents[at]; a != noSet && support >= least[a] {
					rule(a, newCandidate(sets.items[at], support))
				}
			}
		}
	}
	starts := make([]int, len(sets.supports)+1)
	each(func(antecedent uint32, _ candidate) { starts[antecedent+1]++ })
	for i := range sets.supports {
		starts[i+1] += starts[i]
	}
	groups := &ruleGroups{candidates: make([]candidate, starts[len(sets.supports)]), ends: starts[:len(sets.supports)]}
	each(func(antecedent uint32, c candidate) {
		groups.candidates[groups.ends[antecedent]] = c
		groups.ends[antecedent]++
	})
	return groups
}
