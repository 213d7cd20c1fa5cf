package rules

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"segue.dev/shared/mining"
)

// TestListsKeepEveryRule packs drawn rules and walks over them.
func TestListsKeepEveryRule(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		drawn := rapid.SliceOf(rapid.MapOf(rapid.Uint32Max(1<<31), rapid.Uint32Min(1))).Draw(rt, "rules")
		mined := &mining.Rules{RuleOffsets: []uint32{0}}
		for _, list := range drawn {
			for consequent, support := range list {
				mined.Consequents, mined.Supports = append(mined.Consequents, consequent), append(mined.Supports, support)
			}
			mined.AntecedentSupports = append(mined.AntecedentSupports, 1)
			mined.RuleOffsets = append(mined.RuleOffsets, uint32(len(mined.Consequents)))
		}
		l := pack(mined)
		if err := l.check("antecedent", len(drawn), 1<<31+1); err != nil {
			rt.Fatal(err)
		}
		for a, list := range drawn {
			var consequents []uint32
			for _, rule := range l.appendTo(nil, uint32(a)) {
				if list[rule.consequent] != rule.support {
					rt.Fatalf("rule %d → %d has support %d, want %d", a, rule.consequent, rule.support, list[rule.consequent])
				}
				consequents = append(consequents, rule.consequent)
			}
			if len(consequents) != len(list) || !slices.IsSorted(consequents) {
				rt.Fatalf("consequents of %d are %v, want those of %v", a, consequents, list)
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
		"whole":             {[]byte{0, 1, 9, 200, 1}, 2},
		"no support":        {[]byte{1}, 0},
		"support 0":         {[]byte{1, 0, 1, 1}, 0},
		"cut short":         {[]byte{1, 1, 0x80}, 1},
		"out of bounds":     {[]byte{1, 1, 10, 1}, 1},
		"too long a number": {[]byte{1, 0x80, 0x80, 0x80, 0x80, 0x80, 1}, 0},
		"above 32 bits":     {[]byte{1, 0x80, 0x80, 0x80, 0x80, 0x10}, 0},
	} {
		l := &lists{offsets: []uint32{0, uint32(len(c.list))}, bytes: c.list}
		if err := l.check("antecedent", 1, 10); err != nil {
			t.Error(err)
		}
		rules := l.appendTo(nil, 0)
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
