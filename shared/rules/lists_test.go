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
			for rule := l.of(uint32(a)); rule.next(); {
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

func TestListsRefuse(t *testing.T) {
	for name, list := range map[string][]byte{
		"no support":        {1},
		"support 0":         {1, 0},
		"cut short":         {0x80},
		"out of bounds":     {10, 1},
		"the same twice":    {3, 1, 0, 1},
		"too long a number": {1, 0x80, 0x80, 0x80, 0x80, 0x80, 1},
		"above 32 bits":     {1, 0xff, 0xff, 0xff, 0xff, 0x1f},
	} {
		if checkList(list, 10) == nil {
			t.Errorf("%s: %v is accepted", name, list)
		}
	}
	if err := checkList([]byte{0, 1, 9, 200, 1}, 10); err != nil {
		t.Error(err)
	}
}
