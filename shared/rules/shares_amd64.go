package rules

// sumShares gives the same bits as sumSharesPortable. It takes SSE2, which every amd64 has.
//
//go:noescape
func sumShares(playlists []uint16, shared *[playlistNumbers]share) (near, nearest float32)
