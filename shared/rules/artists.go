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
		a.rules.slice(s, sectionArtistRuleOffsets, sectionArtistRules),
	)
}

func (a *artistRules) check(artists int) error {
	if len(a.supports) != artists {
		return errors.New("the supports of artists do not fit")
	}
	if err := a.rules.check("artist", artists, artists); err != nil {
		return err
	}
	return a.checkSupports()
}

// checkSupports checks the supports that confidence and lift divide by.
func (a *artistRules) checkSupports() error {
	for artist, support := range a.supports {
		for rule := a.rules.of(uint32(artist)); rule.next(); {
			if support == 0 || a.supports[rule.consequent] == 0 {
				return errors.New("there are rules about an artist that no playlist holds")
			}
		}
	}
	return nil
}

// index lists the tracks of each artist, given the artist of each track.
func (a *artistRules) index(artistOf []uint32) {
	a.first = make([]uint32, len(a.supports)+1)
	for _, artist := range artistOf {
		a.first[artist+1]++
	}
	for artist := range a.supports {
		a.first[artist+1] += a.first[artist]
	}
	next := slices.Clone(a.first)
	a.tracks = make([]mining.Item, len(artistOf))
	for i, artist := range artistOf {
		a.tracks[next[artist]] = mining.Item(i)
		next[artist]++
	}
}

// of lists the tracks of an artist, most frequent first.
func (a *artistRules) of(artist uint32) []mining.Item {
	return a.tracks[a.first[artist]:a.first[artist+1]]
}
