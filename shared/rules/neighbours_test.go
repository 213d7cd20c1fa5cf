package rules

import (
	"testing"

	"pgregory.net/rapid"
)

// TestEveryMachineSumsTheSame compares what this one's instructions compute with plain
// code, bit for bit.
func TestEveryMachineSumsTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		shared := new([playlistNumbers]share)
		playlists := rapid.SliceOf(rapid.Uint16()).Draw(rt, "playlists")
		for _, p := range playlists {
			x := rapid.Float32Range(0, 100).Draw(rt, "share")
			shared[p] = share{x, x * x}
		}
		near, nearest := sumShares(playlists, shared)
		if wantNear, wantNearest := sumSharesPortable(playlists, shared); near != wantNear || nearest != wantNearest {
			rt.Fatalf("%v share %v and %v here, %v and %v by plain code", playlists, near, nearest, wantNear, wantNearest)
		}
	})
}
