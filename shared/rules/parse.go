package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"github.com/zeebo/xxh3"

	"segue.dev/shared/catalog"
	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
	"segue.dev/shared/ranking"
)

// Rules is a rule set: columns over the bytes of the object. It is immutable
// and safe for concurrent use.
type Rules struct {
	info    Info
	tracks  []track // by item
	names   texts
	artists texts
	uris    uris
	keys    keys
	search  searchIndex

	antecedents antecedents
	rules       lists // by antecedent
	byArtist    artistRules
	vectors     latent.Vectors
	neighbours  neighbours
	versions    versions
	ranking     ranking.Network

	vectorLengths []float32

	strength strengths

	// Apart, so that what the runtime knows of the pool keeps no rules in memory.
	scratch *scratchPool
}

// Parse checks the object and gives the rule set that lies in it. It keeps b,
// which must not change afterwards. A truncated, corrupt or foreign object is
// refused with the reason. Every length and every number that is used as an
// index is checked, nearly all here and once; those of which there are millions
// (rules, keys) when they are used.
func Parse(b []byte) (*Rules, error) {
	if len(b) > 0 && uintptr(unsafe.Pointer(&b[0]))%alignment != 0 {
		b = slices.Clone(b) // a fresh allocation is aligned
	}
	return parse(b, xxh3.Hash(b[min(headerSize, len(b)):]))
}

func parse(b []byte, sum uint64) (*Rules, error) {
	sections, err := disassemble(b, sum)
	if err != nil {
		return nil, err
	}
	r := new(Rules)
	if err := json.Unmarshal(sections[sectionInfo], &r.info); err != nil {
		return nil, fmt.Errorf("rule set's description: %w", err)
	}
	if err := r.slice(sections); err != nil {
		return nil, fmt.Errorf("rule set is damaged: %w", err)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("rule set is damaged: %w", err)
	}
	r.strength = newStrengths(r)
	r.versions.index(r.Len())
	r.scratch = &scratchPool{items: r.Len(), artists: len(r.byArtist.supports)}
	return r, nil
}

// slice lays the columns over the sections.
func (r *Rules) slice(s *[sectionEnd][]byte) error {
	return errors.Join(
		column(s, sectionTracks, &r.tracks),
		r.names.slice(s, sectionNameOffsets, sectionNames),
		r.artists.slice(s, sectionArtistOffsets, sectionArtists),
		r.uris.slice(s),
		r.keys.slice(s),
		r.search.names.slice(s, sectionFoldedNameItems, sectionFoldedNameOffsets, sectionFoldedNames),
		r.search.artists.slice(s, sectionFoldedArtistNumbers, sectionFoldedArtistOffsets, sectionFoldedArtists),
		r.antecedents.slice(s),
		r.rules.slice(s, sectionRuleOffsets, sectionRules),
		r.byArtist.slice(s),
		column(s, sectionVectorScales, &r.vectors.Scales),
		column(s, sectionVectors, &r.vectors.Values),
		column(s, sectionVectorLengths, &r.vectorLengths),
		column(s, sectionPlaylistWeights, &r.neighbours.weights),
		column(s, sectionHolderOffsets, &r.neighbours.offsets),
		column(s, sectionHolders, &r.neighbours.holders),
		r.versions.slice(s),
		r.sliceRanking(s),
	)
}

// check tests that columns fit each other and that every index is in bounds.
func (r *Rules) check() error {
	items := r.Len()
	if playlists := r.info.Dataset.Playlists; playlists < 0 {
		return fmt.Errorf("it is of %d playlists", playlists)
	}
	return errors.Join(
		r.names.check("names", items),
		r.artists.check("artists", r.artists.len()),
		r.uris.check(items),
		checkTracks(r.tracks, r.artists.len()),
		r.keys.check(),
		r.search.names.check("folded names", items),
		r.search.artists.check("folded artists", r.artists.len()),
		r.antecedents.check(items),
		r.rules.check("antecedent", len(r.antecedents.supports), items),
		r.byArtist.check(r.artists.len(), items),
		checkVectors(&r.vectors, r.vectorLengths, items),
		r.neighbours.check(items),
		r.versions.check(items),
	)
}

// Info describes the rule set.
func (r *Rules) Info() Info { return r.info }

// Len is the number of tracks.
func (r *Rules) Len() int { return len(r.tracks) }

// Track is what is known of item i.
func (r *Rules) Track(i mining.Item) catalog.Track {
	name, artist := r.Name(i)
	prefix, rest := r.URI(i)
	return catalog.Track{Name: name, Artist: artist, URI: prefix + rest}
}

// Name is the name of item i and of its artist; both lie in the object.
func (r *Rules) Name(i mining.Item) (name, artist string) {
	return r.names.at(i), r.artists.at(r.tracks[i].artist)
}

// URI is the URI of item i in two parts, which lie in the object.
func (r *Rules) URI(i mining.Item) (prefix, rest string) {
	if rest = r.uris.rest(i); rest == "" {
		return "", ""
	}
	return r.uris.prefix, rest
}

// Support is the number of playlists that hold item i.
func (r *Rules) Support(i mining.Item) int { return int(r.tracks[i].support) }

// checkTracks checks that supports can be divided by, and that artists exist.
func checkTracks(tracks []track, artists int) error {
	for i, t := range tracks {
		if t.support == 0 || uint64(t.artist) >= uint64(artists) {
			return fmt.Errorf("track %d has support %d and artist %d of %d", i, t.support, t.artist, artists)
		}
	}
	return nil
}

// checkVectors checks that the first tracks have a vector each, all of one
// length, and that no scale makes a score infinite.
func checkVectors(v *latent.Vectors, lengths []float32, items int) error {
	if len(v.Scales) > items || len(v.Scales)*v.Dimensions() != len(v.Values) || len(lengths) != len(v.Scales) {
		return fmt.Errorf("%d bytes of vectors and %d lengths do not fit %d scales", len(v.Values), len(lengths), len(v.Scales))
	}
	if v.Dimensions() > latent.MaxSummed {
		return fmt.Errorf("vectors have %d dimensions, of which %d can be summed up", v.Dimensions(), latent.MaxSummed)
	}
	for n, scale := range v.Scales {
		if !(scale >= 0 && scale <= maxScale && lengths[n] >= 0) {
			return fmt.Errorf("the scale of one vector is %v, its length %v", scale, lengths[n])
		}
	}
	return nil
}
