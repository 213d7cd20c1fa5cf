package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"segue.dev/shared/catalog"
	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
	"segue.dev/shared/ranking"
)

// Rules is a rule set: columns over the bytes of the object. It is immutable
// and safe for concurrent use.
type Rules struct {
	info     Info
	supports []uint32 // by item: playlists that hold it
	names    strings
	artistOf []uint32
	artists  strings
	uris     strings
	texts    strings // folded "artist - name", what is searched; made by Parse

	keyHashes []uint32 // ascending
	keyItems  []mining.Item

	antecedents antecedents
	rules       lists // by antecedent
	byArtist    artistRules
	vectors     latent.Vectors
	neighbours  neighbours
	ranking     ranking.Network
	strength    strengths

	scratch scratchPool
}

// Parse checks the object and gives the rule set that lies in it. It keeps b,
// which must not change afterwards. Every length and every number that is used
// as an index is checked here, once, so that answering needs no checks; a
// truncated, corrupt or foreign object is refused with the reason.
func Parse(b []byte) (*Rules, error) {
	if len(b) > 0 && uintptr(unsafe.Pointer(&b[0]))%alignment != 0 {
		b = slices.Clone(b) // a fresh allocation is aligned
	}
	sections, err := disassemble(b)
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
	r.texts = r.fold()
	r.strength = newStrengths(r)
	r.byArtist.index(r.artistOf)
	r.scratch.items, r.scratch.artists = r.Len(), len(r.byArtist.supports)
	r.scratch.dimensions, r.scratch.playlists = r.vectors.Dimensions(), r.neighbours.len()
	return r, nil
}

// slice lays the columns over the sections.
func (r *Rules) slice(s *[sectionEnd][]byte) error {
	return errors.Join(
		column(s, sectionSupports, &r.supports),
		r.names.slice(s, sectionNameOffsets, sectionNames),
		column(s, sectionArtistOf, &r.artistOf),
		r.artists.slice(s, sectionArtistOffsets, sectionArtists),
		r.uris.slice(s, sectionURIOffsets, sectionURIs),
		column(s, sectionKeyHashes, &r.keyHashes),
		column(s, sectionKeyItems, &r.keyItems),
		r.antecedents.slice(s),
		r.rules.slice(s, sectionRuleOffsets, sectionRules),
		r.byArtist.slice(s),
		column(s, sectionVectorScales, &r.vectors.Scales),
		column(s, sectionVectors, &r.vectors.Values),
		r.neighbours.slice(s),
		r.sliceRanking(s),
	)
}

// check tests that columns fit each other and that every index is in bounds.
func (r *Rules) check() error {
	items := r.Len()
	return errors.Join(
		r.names.check("names", items),
		r.artists.check("artists", r.artists.len()),
		r.uris.check("URIs", items),
		indices("artist of track", r.artistOf, items, r.artists.len()),
		indices("key", r.keyItems, len(r.keyHashes), items),
		positive("track", r.supports),
		r.antecedents.check(items),
		r.rules.check("antecedent", len(r.antecedents.supports), items),
		r.byArtist.check(r.artists.len()),
		checkVectors(&r.vectors, items),
		r.neighbours.index(items),
	)
}

// fold makes the texts that are searched.
func (r *Rules) fold() strings {
	artists := make([]string, r.artists.len())
	for a := range artists {
		artists[a] = catalog.Fold(r.artists.at(uint32(a)))
	}
	var texts blob
	for i := range r.supports {
		texts.add(text(artists[r.artistOf[i]], catalog.Fold(r.names.at(uint32(i)))))
	}
	return strings(texts)
}

// Info describes the rule set.
func (r *Rules) Info() Info { return r.info }

// Len is the number of tracks.
func (r *Rules) Len() int { return len(r.supports) }

// Track is what is known of item i; its strings lie in the object.
func (r *Rules) Track(i mining.Item) catalog.Track {
	return catalog.Track{URI: r.uris.at(i), Name: r.names.at(i), Artist: r.artists.at(r.artistOf[i])}
}

// Song is the folded "artist - name" of item i: equal for the versions of one
// song that a dataset holds under several URIs.
func (r *Rules) Song(i mining.Item) string { return r.texts.at(i) }

// Support is the number of playlists that hold item i.
func (r *Rules) Support(i mining.Item) int { return int(r.supports[i]) }

func column[T number](s *[sectionEnd][]byte, kind int, to *[]T) error {
	c, err := columnOf[T](s[kind])
	if err != nil {
		return fmt.Errorf("section %d: %w", kind, err)
	}
	*to = c
	return nil
}

// indices checks a column's length and that its values are below bound.
func indices(what string, c []uint32, length, bound int) error {
	if len(c) != length {
		return fmt.Errorf("%d entries of %s where %d belong", len(c), what, length)
	}
	if len(c) > 0 && int(slices.Max(c)) >= bound {
		return fmt.Errorf("an entry of %s is out of bounds", what)
	}
	return nil
}

// positive checks supports that are divided by.
func positive(what string, supports []uint32) error {
	if len(supports) > 0 && slices.Min(supports) == 0 {
		return fmt.Errorf("the support of one %s is 0", what)
	}
	return nil
}

// offsets checks that c cuts [0, end) into n ranges, in order.
func offsets(what string, c []uint32, n, end int) error {
	if len(c) == 0 && n == 0 && end == 0 {
		return nil
	}
	if len(c) != n+1 || c[0] != 0 || int(c[n]) != end || !slices.IsSorted(c) {
		return fmt.Errorf("the offsets of each %s do not fit", what)
	}
	return nil
}

// checkVectors checks that the first tracks have a vector each, all of one
// length, and that no scale makes a score infinite.
func checkVectors(v *latent.Vectors, items int) error {
	if len(v.Scales) > items || len(v.Scales)*v.Dimensions() != len(v.Values) {
		return fmt.Errorf("%d bytes of vectors do not fit %d scales", len(v.Values), len(v.Scales))
	}
	for _, scale := range v.Scales {
		if !(scale >= 0 && scale <= maxScale) {
			return fmt.Errorf("the scale of one vector is %v", scale)
		}
	}
	return nil
}

// strings is a column of strings.
type strings struct {
	offsets []uint32
	bytes   []byte
}

func (s *strings) slice(sections *[sectionEnd][]byte, offsets, bytes int) error {
	s.bytes = sections[bytes]
	return column(sections, offsets, &s.offsets)
}

func (s *strings) check(what string, n int) error { return offsets(what, s.offsets, n, len(s.bytes)) }

func (s *strings) len() int { return max(0, len(s.offsets)-1) }

func (s *strings) at(i uint32) string {
	return unsafe.String(unsafe.SliceData(s.bytes[s.offsets[i]:]), int(s.offsets[i+1]-s.offsets[i]))
}
