package rules

import (
	"segue.dev/shared/catalog"
	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
	"segue.dev/shared/ranking"
)

// Content is what a rule set object is made of.
type Content struct {
	Tracks   []catalog.Track // by item, most frequent first
	Supports []uint32        // by item
	Rules    *mining.Rules   // between tracks
	// ArtistSupports are the playlists that hold each artist, ArtistRules the
	// rules between artists, all numbered as ArtistsOf does.
	ArtistSupports []uint32
	ArtistRules    *mining.Rules
	// Vectors sharpen the order of what the rules recommend.
	Vectors *latent.Vectors
	// Playlists are those of the dataset.
	Playlists *mining.Transactions
	// Ranking orders the candidates; nil leaves the order to the rules.
	Ranking *ranking.Network
}

// ArtistsOf numbers the artists of a catalog by their best-supported track:
// of[i] is the artist of track i, and names are the artists' names. Tracks
// without an artist share the artist that has no name.
func ArtistsOf(tracks []catalog.Track) (of []uint32, names []string) {
	of = make([]uint32, len(tracks))
	numbers := make(map[string]uint32)
	for i, t := range tracks {
		number, known := numbers[t.Artist]
		if !known {
			number = uint32(len(names))
			numbers[t.Artist] = number
			names = append(names, t.Artist)
		}
		of[i] = number
	}
	return of, names
}
