package rules

import (
	"errors"
	"slices"

	"segue.dev/shared/mining"
)

// Artist is the number of an artist.
type Artist uint32

// artistRules are generalised rules (Srikant & Agrawal, VLDB 1995): the same
// playlists, with each track replaced by its artist.
type artistRules struct {
	supports []uint32 // by artist: playlists that hold it; 0 for the artist without a name
	rules    lists    // by artist; consequents are artists

	first  []uint32      // the tracks of artist a are tracks[first[a]:first[a+1]]
	tracks []mining.Item // most frequent first
}

func (a *artistRules) slice(s *[sectionEnd][]byte) error {
	return errors.Join(
		column(s, sectionArtistSupports, &a.supports),
		column(s, sectionArtistTrackOffsets, &a.first),
		column(s, sectionArtistTracks, &a.tracks),
		a.rules.slice(s, sectionArtistRuleOffsets, sectionArtistRules),
	)
}

func (a *artistRules) check(artists, tracks int) error {
	if len(a.supports) != artists {
		return errors.New("the supports of artists do not fit")
	}
	return errors.Join(
		a.rules.check("artist", artists, artists),
		offsets("artist's tracks", a.first, artists, tracks),
		indices("artist's tracks", a.tracks, tracks, tracks),
	)
}

// tracksByArtist lists the tracks of each artist, given the artist of each
// track: those of artist a are tracks[first[a]:first[a+1]].
func tracksByArtist(artistOf []uint32, artists int) (first []uint32, tracks []mining.Item) {
	first = make([]uint32, artists+1)
	for _, artist := range artistOf {
		first[artist+1]++
	}
	for artist := range artists {
		first[artist+1] += first[artist]
	}
	next := slices.Clone(first)
	tracks = make([]mining.Item, len(artistOf))
	for i, artist := range artistOf {
		tracks[next[artist]] = mining.Item(i)
		next[artist]++
	}
	return first, tracks
}

// of lists the tracks of an artist, most frequent first.
func (a *artistRules) of(artist uint32) []mining.Item {
	return a.tracks[a.first[artist]:a.first[artist+1]]
}
