package training

import (
	"segue.dev/shared/dataset"
	"segue.dev/shared/mining"
	"segue.dev/shared/rules"
)

// playlistsOfArtists are the playlists with each track replaced by its artist,
// numbered as rules.ArtistsOf does: the next level of the taxonomy (Srikant &
// Agrawal, VLDB 1995). Tracks without an artist are left out.
func playlistsOfArtists(data *dataset.Dataset) *mining.Transactions {
	of, names := rules.ArtistsOf(data.Tracks)
	db := new(mining.Transactions)
	var artists []mining.Item
	for p := range data.Playlists.Len() {
		artists = artists[:0]
		for _, track := range data.Playlists.At(p) {
			if names[of[track]] != "" {
				artists = append(artists, of[track])
			}
		}
		db.Append(artists...)
	}
	db.NumItems = len(names)
	return db
}
