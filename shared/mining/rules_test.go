package mining

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A rule is one rule written out.
type rule struct {
	Antecedent        []Item
	Consequent        Item
	AntecedentSupport int
	Support           int
}

// flatten writes the rules out and fails where the columns do not fit together.
func flatten(t rapid.TB, r *Rules) (all []rule) {
	t.Helper()
	if len(r.AntecedentOffsets) != len(r.AntecedentSupports)+1 || len(r.RuleOffsets) != len(r.AntecedentSupports)+1 || len(r.Supports) != len(r.Consequents) {
		t.Fatalf("columns of lengths %d, %d, %d, %d, %d", len(r.AntecedentOffsets), len(r.AntecedentSupports), len(r.RuleOffsets), len(r.Consequents), len(r.Supports))
	}
	for a, support := range r.AntecedentSupports {
		antecedent := r.AntecedentItems[r.AntecedentOffsets[a]:r.AntecedentOffsets[a+1]]
		if r.RuleOffsets[a] == r.RuleOffsets[a+1] {
			t.Fatalf("antecedent %v has no rules", antecedent)
		}
		for i := r.RuleOffsets[a]; i < r.RuleOffsets[a+1]; i++ {
			all = append(all, rule{antecedent, r.Consequents[i], int(support), int(r.Supports[i])})
		}
	}
	return all
}

// bruteForceRules makes the rules from the brute-force itemsets.
func bruteForceRules(db *Transactions, opt RuleOptions) (all []rule) {
	for _, z := range bruteForce(db, opt.MinSupport, opt.MaxSize) {
		for i, consequent := range z.Items {
			antecedent := slices.Delete(slices.Clone(z.Items), i, i+1)
			if len(antecedent) == 0 {
				continue
			}
			support := recount(db, antecedent)
			if float64(z.Support)/float64(support) >= opt.MinConfidence {
				all = append(all, rule{antecedent, consequent, support, z.Support})
			}
		}
	}
	slices.SortFunc(all, compareRules)
	return keepStrongest(all, opt.MaxRules)
}

// compareRules orders by antecedent, then strength.
func compareRules(a, b rule) int {
	if c := slices.Compare(a.Antecedent, b.Antecedent); c != 0 {
		return c
	}
	if a.Support != b.Support {
		return b.Support - a.Support
	}
	return int(a.Consequent) - int(b.Consequent)
}

// keepStrongest keeps the first limit rules of each antecedent, of sorted rules.
func keepStrongest(sorted []rule, limit int) []rule {
	taken := map[string]int{}
	return slices.DeleteFunc(sorted, func(r rule) bool {
		taken[encode(r.Antecedent)]++
		return limit > 0 && taken[encode(r.Antecedent)] > limit
	})
}

func TestRulesAreThoseOfBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		db := drawDatabase(t)
		opt := RuleOptions{
			MinSupport:    rapid.IntRange(1, 5).Draw(t, "support"),
			MinConfidence: rapid.SampledFrom([]float64{0, 0.1, 0.3, 0.5, 2. / 3, 0.7, 1}).Draw(t, "confidence"),
			MaxSize:       rapid.IntRange(2, 5).Draw(t, "size"),
			MaxRules:      rapid.IntRange(0, 3).Draw(t, "rules"),
			Threads:       rapid.IntRange(1, 3).Draw(t, "threads"),
		}
		rules, err := MineRules(context.Background(), db, opt)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(bruteForceRules(db, opt), flatten(t, rules)); diff != "" {
			t.Fatalf("-brute force +mined:\n%s", diff)
		}
	})
}

func mineRules(t testing.TB, db *Transactions, opt RuleOptions) *Rules {
	t.Helper()
	rules, err := MineRules(context.Background(), db, opt)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestPairsAgreeWithItemsets(t *testing.T) {
	for _, shape := range shapes {
		for _, opt := range []RuleOptions{
			{MinSupport: shape.minSupport, MaxSize: 2},
			{MinSupport: shape.minSupport, MaxSize: 2, MinConfidence: 0.4},
			{MinSupport: shape.minSupport, MaxSize: 2, MaxRules: 5, Threads: 1},
			{MinSupport: shape.minSupport, MaxSize: 2, MaxRules: 40, Threads: 3},
		} {
			t.Run(fmt.Sprintf("%s/%g/%d", shape.name, opt.MinConfidence, opt.MaxRules), func(t *testing.T) {
				bySets, err := mineSets(context.Background(), shape.db, opt)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(bySets, mineRules(t, shape.db, opt)); diff != "" {
					t.Errorf("-by itemsets +by pairs:\n%.2000s", diff)
				}
			})
		}
	}
}

func TestRulesHoldWhenRecounted(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			opt := RuleOptions{MinSupport: 2 * shape.minSupport, MinConfidence: 0.2, MaxSize: 3}
			all := flatten(t, mineRules(t, shape.db, opt))
			if !slices.IsSortedFunc(all, compareRules) {
				t.Error("rules are not in the documented order")
			}
			for i := 0; i < len(all); i += 1 + len(all)/300 {
				r := all[i]
				support := recount(shape.db, append(slices.Clone(r.Antecedent), r.Consequent))
				if antecedent := recount(shape.db, r.Antecedent); support != r.Support || antecedent != r.AntecedentSupport {
					t.Errorf("%v: recounted %d, antecedent %d", r, support, antecedent)
				}
				if confidence := float64(r.Support) / float64(r.AntecedentSupport); confidence < opt.MinConfidence {
					t.Errorf("%v: confidence %f", r, confidence)
				}
			}
		})
	}
}

func TestMaxRulesKeepsTheStrongest(t *testing.T) {
	for _, size := range []int{2, 3} {
		opt := RuleOptions{MinSupport: shapes[2].minSupport, MaxSize: size}
		want := flatten(t, mineRules(t, shapes[2].db, opt))
		opt.MaxRules = 35
		got := flatten(t, mineRules(t, shapes[2].db, opt))
		if len(got) == len(want) {
			t.Fatal("no antecedent has more than 35 rules: the test shows nothing")
		}
		if diff := cmp.Diff(keepStrongest(want, opt.MaxRules), got); diff != "" {
			t.Errorf("size %d: -first 35 of all +mined:\n%.2000s", size, diff)
		}
	}
}

func TestRulesDoNotDependOnThreads(t *testing.T) {
	for _, shape := range shapes {
		for _, size := range []int{2, 3} {
			opt := RuleOptions{MinSupport: 2 * shape.minSupport, MinConfidence: 0.1, MaxSize: size, MaxRules: 50, Threads: 1}
			one := mineRules(t, shape.db, opt)
			opt.Threads = 4
			if diff := cmp.Diff(one, mineRules(t, shape.db, opt)); diff != "" {
				t.Errorf("%s, size %d: -one thread +four:\n%.2000s", shape.name, size, diff)
			}
		}
	}
}

// TestMaxTotal: the bound on all rules lowers the bound on each antecedent's.
func TestMaxTotal(t *testing.T) {
	for _, shape := range shapes {
		for _, size := range []int{2, 3} {
			opt := RuleOptions{MinSupport: 2 * shape.minSupport, MaxSize: size, MaxRules: 40}
			all := flatten(t, mineRules(t, shape.db, opt))
			for _, most := range []int{1, len(all) / 10, len(all) / 2, len(all) - 1, len(all), len(all) + 1} {
				want, each := all, opt.MaxRules
				for len(want) > most && each > 1 {
					each--
					want = keepStrongest(slices.Clone(all), each)
				}
				opt.MaxTotal = max(most, 1)
				if diff := cmp.Diff(want, flatten(t, mineRules(t, shape.db, opt))); diff != "" {
					t.Errorf("%s, size %d, at most %d of %d rules: -want +got:\n%.2000s", shape.name, size, most, len(all), diff)
				}
			}
		}
	}
}

func TestTooManyRulesIsAnError(t *testing.T) {
	w := newRuleWriter(RuleOptions{})
	w.limit = 5
	if err := w.add([]Item{1}, 9, []Item{2, 3, 4}, []uint32{3, 3, 3}); err != nil {
		t.Fatal(err)
	}
	err := w.add([]Item{2}, 9, []Item{3, 4, 5}, []uint32{3, 3, 3})
	if err == nil || !strings.Contains(err.Error(), "more than 5 rules: raise MinSupport") {
		t.Errorf("error %v", err)
	}
	if len(flatten(t, w.rules)) != 3 {
		t.Error("the refused rules were added all the same")
	}
}

func TestRuleOptionsAreChecked(t *testing.T) {
	tests := []struct {
		opt  RuleOptions
		says string
	}{
		{RuleOptions{MaxSize: 2}, "MinSupport is 0: give a count"},
		{RuleOptions{MinSupport: 1}, "MaxSize is 0: a rule has an antecedent and a consequent, so give at least 2"},
		{RuleOptions{MinSupport: 1, MaxSize: 1}, "MaxSize is 1"},
		{RuleOptions{MinSupport: 1, MaxSize: 2, MinConfidence: 1.5}, "MinConfidence is 1.5: give a fraction"},
		{RuleOptions{MinSupport: 1, MaxSize: 2, MinConfidence: -0.1}, "MinConfidence is -0.1"},
		{RuleOptions{MinSupport: 1, MaxSize: 2, MinConfidence: math.NaN()}, "MinConfidence is NaN"},
		{RuleOptions{MinSupport: 1, MaxSize: 2, MaxRules: -1}, "MaxRules is -1"},
		{RuleOptions{MinSupport: 1, MaxSize: 2, MaxTotal: -1}, "MaxTotal is -1"},
		{RuleOptions{MinSupport: 1, MaxSize: 2, Threads: -1}, "Threads is -1"},
	}
	for _, tt := range tests {
		if _, err := MineRules(context.Background(), new(Transactions), tt.opt); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%+v: error %v, want one that says %q", tt.opt, err, tt.says)
		}
	}
}

func TestNoRules(t *testing.T) {
	want := &Rules{AntecedentOffsets: []uint32{0}, RuleOffsets: []uint32{0}}
	for _, size := range []int{2, 3} {
		for _, support := range []int{2, math.MaxInt} {
			for _, db := range []*Transactions{{}, database(nil, nil), database([]Item{1, 2}, []Item{0})} {
				got := mineRules(t, db, RuleOptions{MinSupport: support, MaxSize: size})
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("size %d: -want +got:\n%s", size, diff)
				}
			}
		}
	}
}

func TestRulesStopWithTheContext(t *testing.T) {
	for _, size := range []int{2, 3} {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		opt := RuleOptions{MinSupport: 3, MaxSize: size, Progress: func(int, int) { cancel() }}
		if _, err := MineRules(ctx, shapes[2].db, opt); err != context.Canceled {
			t.Errorf("size %d: error %v", size, err)
		}
	}
}

func TestStrongestIsTheHeadOfTheSortedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfNDistinct(rapid.Uint32Range(0, 2000), 1, 300, rapid.ID[uint32]).Draw(t, "items")
		var all []candidate
		for _, item := range items {
			all = append(all, newCandidate(item, rapid.Uint32Range(1, 20).Draw(t, "support")))
		}
		want := slices.Clone(all)
		slices.Sort(want)
		n := rapid.IntRange(0, len(all)).Draw(t, "limit")
		if n > 0 {
			want = want[:n]
		}
		if diff := cmp.Diff(want, strongest(all, n)); diff != "" {
			t.Fatalf("limit %d: -sorted +strongest:\n%s", n, diff)
		}
	})
}
