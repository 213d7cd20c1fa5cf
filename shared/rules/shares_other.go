//go:build !amd64

package rules

// sumShares is sumSharesPortable.
func sumShares(playlists []uint16, shared *[playlistNumbers]share) (near, nearest float32) {
	return sumSharesPortable(playlists, shared)
}
