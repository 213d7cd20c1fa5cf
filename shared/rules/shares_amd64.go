package rules

// sumShares gives the same bits as sumPortable.
//
//go:noescape
func sumShares(playlists []uint16, shared *[playlistNumbers]share) (near, nearest float32)
