package mining

import (
	"testing"

	"pgregory.net/rapid"
)

func TestLatticeSupports(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "items")
		// the weights reach sums of 8, 16 and 32 bits, up to the last that fit
		total := rapid.SampledFrom([]uint32{1, 40, 127, 128, 5000, 1<<15 - 1, 1 << 15, 1<<31 - 1}).Draw(t, "total weight")
		var l lattice
		l.reset(n, total)
		weights := make([]uint32, 1<<n)
		for left := total; left > 0; {
			weight := min(left, max(1, total/rapid.Uint32Range(1, 9).Draw(t, "share")))
			mask := rapid.Uint32Range(0, 1<<n-1).Draw(t, "mask")
			weights[mask] += weight
			l.add(mask, weight)
			left -= weight
		}
		l.sum()
		minSupport, frequent := rapid.Uint32Range(1, total).Draw(t, "support"), uint64(0)
		for subset := range uint32(1 << n) {
			want := uint32(0)
			for mask, weight := range weights {
				if uint32(mask)&subset == subset {
					want += weight
				}
			}
			if got := l.support(subset); got != want {
				t.Fatalf("subset %b has support %d, want %d", subset, got, want)
			}
			if subset != 0 && want >= minSupport {
				frequent++
			}
		}
		if got := l.count(minSupport); got != frequent {
			t.Fatalf("%d subsets of support %d, want %d", got, minSupport, frequent)
		}
	})
}
