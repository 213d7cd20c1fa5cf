package mining

import (
	"fmt"
	"math"
	"slices"
)

// A ruleWriter appends antecedents with their rules to Rules.
type ruleWriter struct {
	rules *Rules
	limit int // most rules, and most items of antecedents, that the offsets can number
	most  int // most rules in all; 0 = no bound
	each  int // most rules of an antecedent
	full  int // rules in all at which it is time to trim
}

func newRuleWriter(opt RuleOptions) *ruleWriter {
	return &ruleWriter{
		rules: &Rules{AntecedentOffsets: []uint32{0}, RuleOffsets: []uint32{0}},
		limit: math.MaxUint32,
		most:  opt.MaxTotal,
		each:  math.MaxInt,
		full:  opt.MaxTotal + opt.MaxTotal/4,
	}
}

// add appends one antecedent with its rules, which are already in order.
func (w *ruleWriter) add(antecedent []Item, support uint32, consequents []Item, supports []uint32) error {
	r, n := w.rules, min(len(consequents), w.each)
	if len(r.Consequents)+n > w.limit || len(r.AntecedentItems)+len(antecedent) > w.limit {
		return fmt.Errorf("mining: more than %d rules: raise MinSupport or MinConfidence, or set MaxRules", w.limit)
	}
	r.AntecedentItems = append(r.AntecedentItems, antecedent...)
	r.AntecedentOffsets = append(r.AntecedentOffsets, uint32(len(r.AntecedentItems)))
	r.AntecedentSupports = append(r.AntecedentSupports, support)
	r.Consequents = append(r.Consequents, consequents[:n]...)
	r.Supports = append(r.Supports, supports[:n]...)
	r.RuleOffsets = append(r.RuleOffsets, uint32(len(r.Consequents)))
	if w.most > 0 && len(r.Consequents) > w.full {
		w.trim()
		w.full = len(r.Consequents) + w.most/4
	}
	return nil
}

// finish gives the rules.
func (w *ruleWriter) finish() *Rules {
	if w.most > 0 {
		w.trim()
	}
	return w.rules
}

// trim cuts antecedents to the highest number of rules each with which there
// are at most w.most in all. Rules that come later can only lower that number,
// so that cutting early loses none that would stay.
func (w *ruleWriter) trim() {
	r := w.rules
	if len(r.Consequents) <= w.most {
		return
	}
	w.each = w.highest()
	start, kept := uint32(0), uint32(0)
	for a := range r.AntecedentSupports {
		end := r.RuleOffsets[a+1]
		n := min(end-start, uint32(w.each))
		copy(r.Consequents[kept:], r.Consequents[start:start+n])
		copy(r.Supports[kept:], r.Supports[start:start+n])
		start, kept = end, kept+n
		r.RuleOffsets[a+1] = kept
	}
	r.Consequents, r.Supports = r.Consequents[:kept], r.Supports[:kept]
}

// highest is the most rules that each antecedent can keep.
func (w *ruleWriter) highest() int {
	r := w.rules
	counts := make([]int, 0, len(r.AntecedentSupports))
	for a := range r.AntecedentSupports {
		counts = append(counts, int(r.RuleOffsets[a+1]-r.RuleOffsets[a]))
	}
	slices.Sort(counts)
	total := 0 // rules of the antecedents that keep all
	for i, n := range counts {
		rest := len(counts) - i
		if total+n*rest > w.most {
			return max(1, (w.most-total)/rest)
		}
		total += n
	}
	return math.MaxInt
}
