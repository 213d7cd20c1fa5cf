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

// Encode makes a rule set object. Info's counts of antecedents and rules are
// filled in. Equal arguments give equal bytes.
func Encode(info Info, c *Content) ([]byte, error) {
	if len(c.Supports) != len(c.Tracks) {
		return nil, fmt.Errorf("%d supports for %d tracks", len(c.Supports), len(c.Tracks))
	}
	if !slices.IsSortedFunc(c.Supports, func(a, b uint32) int { return cmp.Compare(b, a) }) {
		return nil, errors.New("items are not numbered by support, most frequent first")
	}
	info.Antecedents, info.Rules = len(c.Rules.AntecedentSupports), len(c.Rules.Consequents)
	info.ArtistRules = len(c.ArtistRules.Consequents)
	head, err := json.Marshal(info)
	if err != nil {
		return nil, err
	}
	var sections [sectionEnd][]byte
	sections[sectionInfo] = head
	if err := errors.Join(encodeTracks(&sections, c.Tracks, c.Supports), checkSizes(c.Rules), checkSizes(c.ArtistRules)); err != nil {
		return nil, err
	}
	encodeRules(&sections, c.Supports, c.Rules)
	encodeArtistRules(&sections, c.ArtistSupports, c.ArtistRules)
	sections[sectionVectorScales] = bytesOf(c.Vectors.Scales)
	sections[sectionVectors] = bytesOf(c.Vectors.Values)
	sections[sectionVectorLengths] = bytesOf(vectorLengths(c.Vectors))
	neighbours := holdersOf(c.Playlists, len(c.Tracks))
	sections[sectionPlaylistWeights] = bytesOf(neighbours.weights)
	sections[sectionHolderOffsets], sections[sectionHolders] = bytesOf(neighbours.offsets), bytesOf(neighbours.holders)
	if c.Ranking != nil {
		sections[sectionRanking] = bytesOf(slices.Concat(c.Ranking.Scales, c.Ranking.Weights))
	}
	return assemble(&sections), nil
}

// checkSizes makes sure that 32-bit offsets reach. A rule takes 10 bytes at most: 5 for
// the distance, and as many for the support, if it is the first, or for what it is less.
func checkSizes(mined *mining.Rules) error {
	if len(mined.Consequents) > math.MaxUint32/10 {
		return fmt.Errorf("%d rules are more than the format holds: raise MIN_SUPPORT or lower MAX_RULES", len(mined.Consequents))
	}
	return nil
}

// encodeRules lays out the rules between tracks.
func encodeRules(sections *[sectionEnd][]byte, supports []uint32, mined *mining.Rules) {
	sections[sectionAntecedentItems] = bytesOf(mined.AntecedentItems)
	sections[sectionAntecedentOffsets] = bytesOf(mined.AntecedentOffsets)
	sections[sectionAntecedentSupports] = bytesOf(mined.AntecedentSupports)
	sections[sectionAntecedentFirst] = bytesOf(withoutTail(firstAntecedents(len(supports), mined)))
	packed := packTracks(mined)
	sections[sectionRuleOffsets], sections[sectionRules] = bytesOf(packed.offsets), packed.bytes
}

// encodeArtistRules lays out the rules between artists. Each antecedent is one
// artist, so its number says where its rules are.
func encodeArtistRules(sections *[sectionEnd][]byte, supports []uint32, mined *mining.Rules) {
	packed, offsets := packArtists(mined, supports), firstAntecedents(len(supports), mined)
	for artist, antecedent := range offsets {
		offsets[artist] = packed.offsets[antecedent]
	}
	sections[sectionArtistSupports] = bytesOf(supports)
	sections[sectionArtistRuleOffsets], sections[sectionArtistRules] = bytesOf(offsets), packed.bytes
	sections[sectionChampions] = bytesOf([]uint32{champions})
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

// withoutTail leaves out the items at the end with which no antecedent begins.
func withoutTail(first []uint32) []uint32 {
	n := len(first)
	for n > 1 && first[n-1] == first[n-2] {
		n--
	}
	return first[:n]
}

// encodeTracks lays out what is known of tracks and the keys by which a request
// finds them.
func encodeTracks(sections *[sectionEnd][]byte, tracks []catalog.Track, supports []uint32) error {
	var names, artists blob
	artistOf, artistNames := ArtistsOf(tracks)
	for _, name := range artistNames {
		artists.add(name)
	}
	for _, t := range tracks {
		names.add(t.Name)
	}
	versions := versionsOf(tracks)
	sections[sectionVersionItems], sections[sectionVersionNext] = bytesOf(versions.items), bytesOf(versions.next)
	keys := newKeyIndex(tracks).table()
	sections[sectionKeyBuckets], sections[sectionKeyFingerprints], sections[sectionKeyItems] = bytesOf(keys.buckets), bytesOf(keys.fingerprints), bytesOf(keys.items)
	facts := make([]track, len(tracks))
	for i := range tracks {
		facts[i] = track{supports[i], artistOf[i]}
	}
	first, byArtist := tracksByArtist(facts, len(artistNames))
	sections[sectionTracks] = bytesOf(facts)
	sections[sectionArtistTrackOffsets], sections[sectionArtistTracks] = bytesOf(first), bytesOf(byArtist)
	foldedNames, foldedArtists := foldedOf((*texts)(&names)), foldedOf((*texts)(&artists))
	sections[sectionFoldedNameItems], sections[sectionFoldedArtistNumbers] = bytesOf(foldedNames.numbers), bytesOf(foldedArtists.numbers)
	return errors.Join(
		names.put(sections, sectionNameOffsets, sectionNames),
		artists.put(sections, sectionArtistOffsets, sectionArtists),
		encodeURIs(sections, tracks),
		(*blob)(&foldedNames.forms).put(sections, sectionFoldedNameOffsets, sectionFoldedNames),
		(*blob)(&foldedArtists.forms).put(sections, sectionFoldedArtistOffsets, sectionFoldedArtists),
	)
}

// blob is a column of strings that is being written.
type blob texts

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
