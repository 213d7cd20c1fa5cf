package rules

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// Encode makes a rule set object. Tracks and supports are by item, most
// frequent first; info's counts of antecedents and rules are filled in. Equal
// arguments give equal bytes.
func Encode(info Info, tracks []catalog.Track, supports []uint32, mined *mining.Rules) ([]byte, error) {
	if len(supports) != len(tracks) {
		return nil, fmt.Errorf("%d supports for %d tracks", len(supports), len(tracks))
	}
	if !slices.IsSortedFunc(supports, func(a, b uint32) int { return cmp.Compare(b, a) }) {
		return nil, errors.New("items are not numbered by support, most frequent first")
	}
	info.Antecedents, info.Rules = len(mined.AntecedentSupports), len(mined.Consequents)
	head, err := json.Marshal(info)
	if err != nil {
		return nil, err
	}
	var sections [sectionEnd][]byte
	sections[sectionInfo] = head
	sections[sectionSupports] = bytesOf(supports)
	if err := errors.Join(encodeNames(&sections, tracks), checkSizes(mined)); err != nil {
		return nil, err
	}
	sections[sectionAntecedentItems] = bytesOf(mined.AntecedentItems)
	sections[sectionAntecedentOffsets] = bytesOf(mined.AntecedentOffsets)
	sections[sectionAntecedentSupports] = bytesOf(mined.AntecedentSupports)
	sections[sectionAntecedentFirst] = bytesOf(firstAntecedents(len(tracks), mined))
	sections[sectionRuleOffsets] = bytesOf(mined.RuleOffsets)
	sections[sectionConsequents] = bytesOf(mined.Consequents)
	sections[sectionRuleSupports] = bytesOf(mined.Supports)
	return assemble(&sections), nil
}

func checkSizes(mined *mining.Rules) error {
	if len(mined.Consequents) > math.MaxUint32 || len(mined.AntecedentItems) > math.MaxUint32 {
		return fmt.Errorf("%d rules are more than the format holds: raise MIN_SUPPORT or lower MAX_RULES", len(mined.Consequents))
	}
	return nil
}

// firstAntecedents indexes the antecedents, which are in lexicographic order,
// by their first item: those that begin with item i are [first[i], first[i+1]).
func firstAntecedents(items int, mined *mining.Rules) []uint32 {
	first := make([]uint32, items+1)
	for a := range mined.AntecedentSupports {
		first[mined.AntecedentItems[mined.AntecedentOffsets[a]]+1]++
	}
	for i := range items {
		first[i+1] += first[i]
	}
	return first
}

// encodeNames lays out names, the text that is searched and the keys by which
// a request finds a track.
func encodeNames(sections *[sectionEnd][]byte, tracks []catalog.Track) error {
	var names, artists, uris, texts blob
	var keys keyIndex
	artistOf := make([]uint32, len(tracks))
	artistNumber := make(map[string]uint32)
	for i, t := range tracks {
		number, known := artistNumber[t.Artist]
		if !known {
			number = uint32(len(artistNumber))
			artistNumber[t.Artist] = number
			artists.add(t.Artist)
		}
		artistOf[i] = number
		names.add(t.Name)
		uris.add(t.URI)
		artist, name := catalog.Fold(t.Artist), catalog.Fold(t.Name)
		texts.add(text(artist, name))
		keys.add(mining.Item(i), t.URI, artist, name)
	}
	hashes, items := keys.columns()
	sections[sectionArtistOf] = bytesOf(artistOf)
	sections[sectionKeyHashes], sections[sectionKeyItems] = bytesOf(hashes), bytesOf(items)
	return errors.Join(
		names.put(sections, sectionNameOffsets, sectionNames),
		artists.put(sections, sectionArtistOffsets, sectionArtists),
		uris.put(sections, sectionURIOffsets, sectionURIs),
		texts.put(sections, sectionTextOffsets, sectionTexts),
	)
}

// blob is a column of strings: string i is bytes[offsets[i]:offsets[i+1]].
type blob struct {
	bytes   []byte
	offsets []uint32
}

func (b *blob) add(s string) {
	if b.offsets == nil {
		b.offsets = []uint32{0}
	}
	b.bytes = append(b.bytes, s...)
	b.offsets = append(b.offsets, uint32(len(b.bytes)))
}

func (b *blob) put(sections *[sectionEnd][]byte, offsets, bytes int) error {
	if len(b.bytes) > math.MaxUint32 {
		return fmt.Errorf("%d bytes of names are more than the 4 GiB that the format holds", len(b.bytes))
	}
	if b.offsets == nil {
		b.offsets = []uint32{0}
	}
	sections[offsets], sections[bytes] = bytesOf(b.offsets), b.bytes
	return nil
}
