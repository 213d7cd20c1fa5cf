package rules

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/zeebo/xxh3"
)

// The object: a header, the table of sections, the sections. Numbers are
// little-endian, sections begin at multiples of 8 bytes. FORMAT.md has the
// picture.
const (
	magic         = "SegueRul"
	formatVersion = 7
	headerSize    = 32
	entrySize     = 24
	alignment     = 8
	maxSections   = 256
)

// A section's kind is its number in the table. A reader passes over kinds that
// it does not know, so new ones may be added without a new version.
const (
	sectionInfo = iota + 1
	sectionTracks
	sectionNameOffsets
	sectionNames
	sectionArtistOffsets
	sectionArtists
	sectionURIOffsets
	sectionURIs
	sectionKeyFingerprints
	sectionKeyItems
	sectionAntecedentItems
	sectionAntecedentOffsets
	sectionAntecedentSupports
	sectionAntecedentFirst
	sectionRuleOffsets
	sectionRules
	sectionArtistSupports
	sectionArtistRuleOffsets
	sectionArtistRules
	sectionVectorScales
	sectionVectors
	sectionKeyBuckets
	sectionURIPrefix
	sectionFoldedNameItems
	sectionFoldedNameOffsets
	sectionFoldedNames
	sectionFoldedArtistNumbers
	sectionFoldedArtistOffsets
	sectionFoldedArtists
	sectionArtistTrackOffsets
	sectionArtistTracks
	sectionVectorLengths
	sectionPlaylistWeights
	sectionHolderOffsets
	sectionHolders
	sectionVersionItems
	sectionVersionNext
	sectionRanking
	sectionChampions
	sectionEnd
)

// littleEndian tells whether columns can be used as they lie.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// track is what the scores need of a track, together in one place.
type track struct {
	support uint32 // playlists that hold it
	artist  uint32
}

// assemble lays header, table and sections into one object. A nil section is
// written as an empty one.
func assemble(sections *[sectionEnd][]byte) []byte {
	count := sectionEnd - 1
	size := headerSize + count*entrySize
	var offsets [sectionEnd]int
	for kind := 1; kind < sectionEnd; kind++ {
		size = align(size)
		offsets[kind] = size
		size += len(sections[kind])
	}
	b := make([]byte, size)
	copy(b, magic)
	le := binary.LittleEndian
	le.PutUint32(b[8:], formatVersion)
	le.PutUint32(b[12:], uint32(count))
	le.PutUint64(b[16:], uint64(size))
	for kind := 1; kind < sectionEnd; kind++ {
		entry := b[headerSize+(kind-1)*entrySize:]
		le.PutUint32(entry, uint32(kind))
		le.PutUint64(entry[8:], uint64(offsets[kind]))
		le.PutUint64(entry[16:], uint64(len(sections[kind])))
		copy(b[offsets[kind]:], sections[kind])
	}
	le.PutUint64(b[24:], xxh3.Hash(b[headerSize:]))
	return b
}

// disassemble checks header, checksum and table and slices b into its
// sections, by kind. Sum is the checksum of what follows the header.
func disassemble(b []byte, sum uint64) (*[sectionEnd][]byte, error) {
	if !littleEndian {
		return nil, errors.New("rule sets are read in place, which needs a little-endian machine")
	}
	if len(b) < headerSize || string(b[:len(magic)]) != magic {
		return nil, fmt.Errorf("not a rule set: %d bytes that do not begin with %q", len(b), magic)
	}
	le := binary.LittleEndian
	if v := le.Uint32(b[8:]); v != formatVersion {
		return nil, fmt.Errorf("rule set of format version %d: this program reads version %d, use the release that wrote it", v, formatVersion)
	}
	if size := le.Uint64(b[16:]); size != uint64(len(b)) {
		return nil, fmt.Errorf("rule set is %d bytes long where its header says %d: it was cut short or extended", len(b), size)
	}
	if said := le.Uint64(b[24:]); sum != said {
		return nil, fmt.Errorf("rule set is corrupt: checksum %016x, header says %016x", sum, said)
	}
	count := le.Uint32(b[12:])
	if count > maxSections || headerSize+uint64(count)*entrySize > uint64(len(b)) {
		return nil, fmt.Errorf("rule set has an impossible table of %d sections", count)
	}
	sections := new([sectionEnd][]byte)
	for i := range int(count) {
		entry := b[headerSize+i*entrySize:]
		kind, offset, length := le.Uint32(entry), le.Uint64(entry[8:]), le.Uint64(entry[16:])
		if offset%alignment != 0 || offset > uint64(len(b)) || length > uint64(len(b))-offset {
			return nil, fmt.Errorf("rule set section %d lies outside the object or is not aligned", kind)
		}
		if kind > 0 && kind < sectionEnd {
			sections[kind] = b[offset : offset+length : offset+length]
		}
	}
	return sections, nil
}

func align(n int) int { return (n + alignment - 1) &^ (alignment - 1) }
