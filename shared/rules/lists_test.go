package rules

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"segue.dev/shared/mining"
)

// TestListsKeepEveryRule packs drawn rules and walks over them: none is lost, and
// the strongest come first.
func TestListsKeepEveryRule(t *testing.T) {
	list := func(least, most int) *rapid.Generator[map[uint32]uint32] {
		return rapid.MapOfN(rapid.Uint32Max(1<<31), rapid.Uint32Range(1, 1<<20), least, most)
	}
	rapid.Check(t, func(rt *rapid.T) {
		drawn := rapid.SliceOfN(rapid.OneOf(list(0, champions), list(champions+1, 2*champions)), 0, 4).Draw(rt, "rules")
		mined := &mining.Rules{RuleOffsets: []uint32{0}}
		for _, list := range drawn {
			for consequent, support := range list {
				mined.Consequents, mined.Supports = append(mined.Consequents, consequent), append(mined.Supports, support)
			}
			mined.AntecedentSupports = append(mined.AntecedentSupports, 1)
			mined.RuleOffsets = append(mined.RuleOffsets, uint32(len(mined.Consequents)))
		}
		l := pack(mined, func(c uint32) float32 { return 1 / float32(c+1) })
		if err := l.check("antecedent", len(drawn), 1<<31+1); err != nil {
			rt.Fatal(err)
		}
		for a, list := range drawn {
			all, first := l.appendTo(nil, uint32(a), math.MaxInt), l.appendTo(nil, uint32(a), champions)
			for _, rule := range all {
				if list[rule.consequent] != rule.support {
					rt.Fatalf("rule %d → %d has support %d, want %d", a, rule.consequent, rule.support, list[rule.consequent])
				}
			}
			others := all[len(first):]
			if len(all) != len(list) || !slices.Equal(all[:len(first)], first) || len(others) > 0 && len(first) != champions {
				rt.Fatalf("%d rules of %d, want %d: %v, of which %v are the first", len(all), a, len(list), all, first)
			}
			if !slices.IsSortedFunc(first, bySupport) || !slices.IsSortedFunc(others, bySupport) {
				rt.Fatalf("the order of %d is %v, then %v", a, first, others)
			}
			strength := func(x leads) float32 { return float32(x.support) * (1 / float32(x.consequent+1)) }
			if len(others) == 0 {
				continue
			}
			weakest := slices.MinFunc(first, func(x, y leads) int { return cmp.Compare(strength(x), strength(y)) })
			for _, rule := range others {
				if strength(rule) > strength(weakest) {
					rt.Fatalf("%v is stronger than %v, which comes first", rule, weakest)
				}
			}
		}
	})
}

// TestDamagedListsEnd walks over lists that no encoder wrote.
func TestDamagedListsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		list []byte
		want int // rules
	}{
		"whole":               {[]byte{200, 1, 2, 1, 8, 1, 1, 3}, 3},
		"no count":            {[]byte{1}, 0},
		"support 0":           {[]byte{0, 1, 1}, 0},
		"count 0":             {[]byte{2, 0, 1, 1, 1}, 1},
		"no consequent":       {[]byte{1, 1}, 0},
		"cut short":           {[]byte{1, 3, 1, 1}, 2},
		"cut short in one":    {[]byte{1, 2, 1, 0x80}, 1},
		"distance 0":          {[]byte{1, 2, 1, 0}, 1},
		"out of bounds":       {[]byte{1, 2, 1, 10}, 1},
		"before the first":    {[]byte{1, 2, 1, 0xff, 0xff, 0xff, 0xff, 0x0f}, 1},
		"too long a number":   {[]byte{1, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 1}, 0},
		"above 32 bits":       {[]byte{1, 1, 0x80, 0x80, 0x80, 0x80, 0x10}, 0},
		"more than there are": {[]byte{1, 0xff, 0xff, 0xff, 0xff, 0x0f, 1}, 1},
	} {
		l := &lists{offsets: []uint32{0, uint32(len(c.list))}, bytes: c.list}
		if err := l.check("antecedent", 1, 10); err != nil {
			t.Error(err)
		}
		rules := l.appendTo(nil, 0, math.MaxInt)
		for _, rule := range rules {
			if rule.consequent >= 10 || rule.support == 0 {
				t.Errorf("%s: rule %+v", name, rule)
			}
		}
		if len(rules) != c.want {
			t.Errorf("%s: %d rules, want %d", name, len(rules), c.want)
		}
	}
}
