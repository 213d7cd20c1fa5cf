package rules

import (
	"cmp"
	"errors"
	"fmt"
	"math"
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

	champions int // how many rules of an artist come first

	first  []uint32      // the tracks of artist a are tracks[first[a]:first[a+1]]
	tracks []artistTrack // most frequent first
}

// artistTrack is a track with its support. The support is that of Rules.tracks once
// more: an artist's tracks are read one after the other, and so are their supports here.
type artistTrack struct {
	item    mining.Item
	support uint32
}

func (a *artistRules) slice(s *[sectionEnd][]byte) error {
	return errors.Join(
		column(s, sectionArtistSupports, &a.supports),
		column(s, sectionArtistTrackOffsets, &a.first),
		column(s, sectionArtistTracks, &a.tracks),
		a.rules.slice(s, sectionArtistRuleOffsets, sectionArtistRules),
		a.sliceChampions(s),
	)
}

func (a *artistRules) sliceChampions(s *[sectionEnd][]byte) error {
	var all []uint32
	if err := column(s, sectionChampions, &all); err != nil {
		return err
	}
	if len(all) != 1 || all[0] == 0 {
		return fmt.Errorf("champions are %v, not one number above 0", all)
	}
	a.champions = int(min(all[0], math.MaxInt32))
	return nil
}

func (a *artistRules) check(artists, tracks int) error {
	if len(a.supports) != artists {
		return errors.New("the supports of artists do not fit")
	}
	return errors.Join(
		a.rules.check("artist", artists, artists),
		offsets("artist's tracks", a.first, artists, tracks),
		checkArtistTracks(a.tracks, tracks),
	)
}

func checkArtistTracks(tracks []artistTrack, count int) error {
	if len(tracks) != count {
		return fmt.Errorf("%d tracks of artists where %d belong", len(tracks), count)
	}
	for _, t := range tracks {
		if uint64(t.item) >= uint64(count) {
			return errors.New("an artist's track is out of bounds")
		}
	}
	return nil
}

// champions is how many rules of an artist come first (champion lists: Manning,
// Raghavan & Schütze, Introduction to Information Retrieval, 7.1.3): those of the
// highest cosine. By confidence, which sorts the rules of tracks, the most popular
// artists would come first for everyone. docs/quality.md says what it costs to read no
// others.
const champions = 32

// packArtists lays out the rules between artists, champions first, given the supports of
// all artists.
func packArtists(mined *mining.Rules, supports []uint32) *lists {
	return pack(mined, func(list []leads) int {
		slices.SortFunc(list, func(x, y leads) int {
			return cmp.Or(cmp.Compare(cosine(y, supports), cosine(x, supports)), byConsequent(x, y))
		})
		return min(champions, len(list))
	})
}

// cosine orders the rules of one antecedent by it, whose own support is the same for
// all: it is the square of the shrunk cosine but for that factor.
func cosine(x leads, supports []uint32) float64 {
	return float64(x.support) * float64(x.support) / (float64(supports[x.consequent]) + shrinkage)
}

// tracksByArtist lists the tracks of each artist, given the artist and the support of
// each track: those of artist a are tracks[first[a]:first[a+1]].
func tracksByArtist(facts []track, artists int) (first []uint32, tracks []artistTrack) {
	first = make([]uint32, artists+1)
	for _, t := range facts {
		first[t.artist+1]++
	}
	for artist := range artists {
		first[artist+1] += first[artist]
	}
	next := slices.Clone(first)
	tracks = make([]artistTrack, len(facts))
	for i, t := range facts {
		tracks[next[t.artist]] = artistTrack{mining.Item(i), t.support}
		next[t.artist]++
	}
	return first, tracks
}

// of lists the tracks of an artist, most frequent first.
func (a *artistRules) of(artist uint32) []artistTrack {
	return a.tracks[a.first[artist]:a.first[artist+1]]
}
