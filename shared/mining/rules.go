package mining

import (
	"cmp"
	"context"
	"slices"
)

// Rules are association rules "antecedent → consequent" with one consequent
// each, in columns, grouped by antecedent. Every antecedent has a rule.
//
// The confidence of rule r of antecedent a is
// Supports[r] / AntecedentSupports[a]; its lift is that, divided by the
// consequent's relative support.
type Rules struct {
	AntecedentItems    []Item   // all antecedents' items, one antecedent after the other, ascending inside each
	AntecedentOffsets  []uint32 // antecedent a is AntecedentItems[AntecedentOffsets[a]:AntecedentOffsets[a+1]]; antecedents are in lexicographic order
	AntecedentSupports []uint32 // per antecedent
	RuleOffsets        []uint32 // the rules of antecedent a are [RuleOffsets[a], RuleOffsets[a+1])
	Consequents        []Item   // per rule; inside an antecedent by support descending, then by item ascending
	Supports           []uint32 // per rule: the support of antecedent ∪ {consequent}
}

// MineRules finds every association rule with one consequent whose support and
// confidence reach the options' minima (Agrawal & Srikant, VLDB 1994), and
// keeps the MaxRules strongest of each antecedent: those of highest confidence,
// the lower item first where they are equal. If these are more than MaxTotal,
// MaxRules is lowered to the highest number with which they are not, but at
// least to 1; antecedents with few rules keep them all. The rules are the same, byte for byte, whatever
// Threads is.
//
// It fails when the options or the database are wrong, when ctx ends, and when
// there are more rules than 32-bit offsets can number.
func MineRules(ctx context.Context, db *Transactions, opt RuleOptions) (*Rules, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	if err := db.check(); err != nil {
		return nil, err
	}
	if opt.MaxSize == 2 {
		return minePairs(ctx, db, opt)
	}
	return mineSets(ctx, db, opt)
}

// A candidate is a possible consequent of the antecedent at hand, packed so
// that the natural order is the order of the rules: support descending, then
// item ascending.
type candidate uint64

func newCandidate(item Item, support uint32) candidate {
	return candidate(^support)<<32 | candidate(item)
}

func (c candidate) item() Item      { return Item(c) }
func (c candidate) support() uint32 { return ^uint32(c >> 32) }

// strongest sorts the candidates and cuts them to the first limit; 0 = all.
func strongest(candidates []candidate, limit int) []candidate {
	if limit > 0 && len(candidates) > limit {
		candidates = selectFirst(candidates, limit)
	}
	slices.SortFunc(candidates, cmp.Compare[candidate])
	return candidates
}

// selectFirst returns the n smallest candidates, in no particular order
// (quickselect; Hoare 1961). n is below len(candidates).
func selectFirst(candidates []candidate, n int) []candidate {
	lo, hi := 0, len(candidates)
	for hi-lo > 32 {
		split := lo + partition(candidates[lo:hi])
		if split < n {
			lo = split
		} else {
			hi = split
		}
	}
	slices.SortFunc(candidates[lo:hi], cmp.Compare[candidate])
	return candidates[:n]
}

// partition reorders distinct candidates so that those before the returned
// index are all smaller than those from it on; both sides are non-empty.
func partition(c []candidate) int {
	pivot := max(min(c[0], c[len(c)/2]), min(max(c[0], c[len(c)/2]), c[len(c)-1]))
	i, j := 0, len(c)-1
	for {
		for c[i] < pivot {
			i++
		}
		for c[j] > pivot {
			j--
		}
		if i >= j {
			return max(i, 1)
		}
		c[i], c[j] = c[j], c[i]
		i++
		j--
	}
}

// leastSupport is the support that a rule needs to reach both minima, where its
// antecedent has the given support.
func leastSupport(antecedent uint32, opt RuleOptions) uint32 {
	least := uint32(max(opt.MinConfidence*float64(antecedent)-1, 0)) // rounding may put the bound one off
	for float64(least)/float64(antecedent) < opt.MinConfidence {
		least++
	}
	return uint32(max(int(least), min(opt.MinSupport, int(antecedent)+1)))
}
