package rules

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"segue.dev/shared/mining"
)

// TestListsKeepEveryRule packs drawn rules between tracks and walks over them: none is
// lost, and the most frequent come first.
func TestListsKeepEveryRule(t *testing.T) {
	const bound = 1<<31 + 1
	rapid.Check(t, func(rt *rapid.T) {
		drawn, mined := drawRules(rt, bound)
		l := packTracks(mined)
		for a, all := range walk(rt, l, drawn, bound) {
			if !slices.IsSortedFunc(all, bySupport) {
				rt.Fatalf("the order of %d is %v", a, all)
			}
			few := l.appendTo(nil, uint32(a), len(all)/2)
			if !slices.Equal(few, all[:len(all)/2]) {
				rt.Fatalf("%d begins with %v, half of it with %v", a, all, few)
			}
		}
	})
}

// TestChampionsComeFirst does the same between artists, of which each list begins with
// those of the highest cosine.
func TestChampionsComeFirst(t *testing.T) {
	const artists = 1000
	supports := make([]uint32, artists)
	for n := range supports {
		supports[n] = uint32(n*n%artists) + 1
	}
	rapid.Check(t, func(rt *rapid.T) {
		drawn, mined := drawRules(rt, artists)
		for a, all := range walk(rt, packArtists(mined, supports), drawn, artists) {
			n := min(champions, len(all))
			first, others := all[:n], all[n:]
			if !slices.IsSortedFunc(first, bySupport) || !slices.IsSortedFunc(others, bySupport) {
				rt.Fatalf("the order of %d is %v, then %v", a, first, others)
			}
			ofRule := func(x leads) float64 {
				return float64(x.support) / math.Sqrt(float64(supports[x.consequent])+shrinkage)
			}
			weakest := math.Inf(1)
			for _, rule := range first {
				weakest = min(weakest, ofRule(rule))
			}
			for _, rule := range others {
				if ofRule(rule) > 1.000001*weakest {
					rt.Fatalf("%v of %d has a higher cosine than one that comes first", rule, a)
				}
			}
		}
	})
}

// drawRules draws rules to consequents below bound, of each antecedent their supports,
// and the same as they are mined.
func drawRules(rt *rapid.T, bound uint32) (drawn []map[uint32]uint32, mined *mining.Rules) {
	list := func(least, most int) *rapid.Generator[map[uint32]uint32] {
		return rapid.MapOfN(rapid.Uint32Max(bound-1), rapid.Uint32Range(1, 1<<20), least, most)
	}
	drawn = rapid.SliceOfN(rapid.OneOf(list(0, champions), list(champions+1, 2*champions)), 0, 4).Draw(rt, "rules")
	mined = &mining.Rules{RuleOffsets: []uint32{0}}
	for _, list := range drawn {
		for consequent, support := range list {
			mined.Consequents, mined.Supports = append(mined.Consequents, consequent), append(mined.Supports, support)
		}
		mined.AntecedentSupports = append(mined.AntecedentSupports, 1)
		mined.RuleOffsets = append(mined.RuleOffsets, uint32(len(mined.Consequents)))
	}
	return drawn, mined
}

// walk gives all rules of each list, which must be those that were drawn.
func walk(rt *rapid.T, l *lists, drawn []map[uint32]uint32, bound int) (lists [][]leads) {
	if err := l.check("antecedent", len(drawn), bound); err != nil {
		rt.Fatal(err)
	}
	for a, list := range drawn {
		all := l.appendTo(nil, uint32(a), math.MaxInt)
		if len(all) != len(list) {
			rt.Fatalf("%d rules of %d, want %d", len(all), a, len(list))
		}
		for _, rule := range all {
			if list[rule.consequent] != rule.support {
				rt.Fatalf("rule %d → %d has support %d, want %d", a, rule.consequent, rule.support, list[rule.consequent])
			}
		}
		lists = append(lists, all)
	}
	return lists
}

// TestDamagedListsEnd walks over lists that no encoder wrote.
func TestDamagedListsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		list []byte
		want int // rules
	}{
		"whole":                  {[]byte{200, 1, 2 << 2, 7 << 2, 4<<2 | 1, 1<<2 | 3, 10, 3<<2 | 2}, 5},
		"support alone":          {[]byte{1}, 0},
		"support 0":              {[]byte{0, 1 << 2}, 0},
		"support falls to 0":     {[]byte{2, 1 << 2, 1<<2 | 2}, 1},
		"support falls below":    {[]byte{2, 1 << 2, 1<<2 | 3, 0, 1 << 2}, 3},
		"no number of that code": {[]byte{9, 1 << 2, 1<<2 | 3}, 2},
		"cut short":              {[]byte{9, 1 << 2, 1 << 2, 0x80}, 2},
		"distance 0":             {[]byte{9, 1 << 2, 0}, 1},
		"distance 0, less":       {[]byte{9, 1 << 2, 1}, 1},
		"out of bounds":          {[]byte{9, 1 << 2, 10 << 2}, 1},
		"last in bounds":         {[]byte{9, 1 << 2, 9 << 2}, 2},
		"far out of bounds":      {[]byte{9, 1 << 2, 0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, 1},
		"too long a number":      {[]byte{9, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 4}, 0},
		"too long a support":     {[]byte{0x80, 0x80, 0x80, 0x80, 0x80, 1, 1 << 2}, 0},
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
