package rules

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestConsequents adds drawn rules, twice in the same memory, and compares with what a
// plain count of them says.
func TestConsequents(t *testing.T) {
	const numbers = 12
	c := newConsequents(numbers)
	rapid.Check(t, func(rt *rapid.T) {
		defer c.clear()
		excluded := rapid.SliceOf(rapid.Uint32Range(0, numbers-1)).Draw(rt, "excluded")
		for _, n := range excluded {
			c.slots[n] = excludedSlot
		}
		defer func() {
			for _, n := range excluded {
				c.slots[n] = noSlot
			}
		}()
		var to [numbers][]ruleNumber
		var sums, strongest [numbers]float32
		rule := rapid.Custom(func(rt *rapid.T) leads {
			return leads{rapid.Uint32Range(0, numbers-1).Draw(rt, "consequent"), rapid.Uint32Range(1, 9).Draw(rt, "support")}
		})
		for a, rules := range rapid.SliceOf(rapid.SliceOf(rule)).Draw(rt, "rules") {
			weight := rapid.Float32Range(0.1, 1).Draw(rt, "weight")
			c.add(rules, weight)
			for n, x := range rules {
				to[x.consequent] = append(to[x.consequent], ruleNumber{uint32(a), uint32(n)})
				sums[x.consequent] += strengthOf(x, weight)
				strongest[x.consequent] = max(strongest[x.consequent], strengthOf(x, weight))
			}
		}
		included := rapid.Uint32Range(0, numbers-1).Draw(rt, "included")
		c.include(included)
		for n := range uint32(numbers) {
			slot := c.slots[n]
			switch {
			case slices.Contains(excluded, n):
				if slot != excludedSlot {
					rt.Fatalf("%d is excluded, and has slot %d", n, slot)
				}
				continue
			case len(to[n]) > 0 || n == included:
				if slot < firstSlot || c.evidence[slot].number != n {
					rt.Fatalf("%d has slot %d of %d", n, slot, c.evidence[slot].number)
				}
			case slot != noSlot:
				rt.Fatalf("nothing leads to %d, which has slot %d", n, slot)
			}
			x := c.evidence[slot]
			if c.count(slot) != len(to[n]) || x.sum != sums[n] || x.strongest != strongest[n] || !slices.Equal(c.rulesTo(slot, nil), to[n]) {
				rt.Fatalf("%d: %+v and %v, want the sum %v, the strongest %v, and %v", n, x, c.rulesTo(slot, nil), sums[n], strongest[n], to[n])
			}
		}
	})
}
