//go:build !amd64

package rules

func sumShares(playlists []uint16, shared *[playlistNumbers]share) (near, nearest float32) {
	return sumPortable(playlists, shared)
}
