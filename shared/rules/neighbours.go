package rules

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"segue.dev/shared/mining"
)

// MaxNeighbours is the most playlists that a rule set keeps: enough for each
// track to be in some, few enough to look at all of them for one request.
const MaxNeighbours = 20000

// neighbours are playlists of the dataset. Those that share tracks with a
// request tell apart candidates that the rules find equally strong.
type neighbours struct {
	offsets []uint32 // playlist p is bytes[offsets[p]:offsets[p+1]]
	bytes   []byte   // unsigned varints: how far each track is above the one before it

	weights []float32 // by playlist: 1/√length
	first   []uint32  // the playlists that hold track i are holders[first[i]:first[i+1]]
	holders []uint32
}

// packPlaylists lays out playlists, evenly drawn if there are too many.
func packPlaylists(db *mining.Transactions) (offsets []uint32, packed []byte) {
	kept := min(db.Len(), MaxNeighbours)
	offsets = []uint32{0}
	for n := range kept {
		var before mining.Item
		for _, i := range slices.Compact(slices.Sorted(slices.Values(db.At(n * db.Len() / kept)))) {
			packed = binary.AppendUvarint(packed, uint64(i-before))
			before = i
		}
		offsets = append(offsets, uint32(len(packed)))
	}
	return offsets, packed
}

func (x *neighbours) slice(s *[sectionEnd][]byte) error {
	x.bytes = s[sectionPlaylists]
	return column(s, sectionPlaylistOffsets, &x.offsets)
}

// index checks that the playlists hold tracks below items only, and lists the
// playlists of each track.
func (x *neighbours) index(items int) error {
	if err := offsets("playlist", x.offsets, x.len(), len(x.bytes)); err != nil {
		return err
	}
	x.first = make([]uint32, items+1)
	for p := range x.len() {
		length := 0
		if err := x.walk(p, items, func(i mining.Item) { x.first[i+1]++; length++ }); err != nil {
			return fmt.Errorf("playlist %d: %w", p, err)
		}
		x.weights = append(x.weights, float32(1/math.Sqrt(float64(max(1, length)))))
	}
	for i := range items {
		x.first[i+1] += x.first[i]
	}
	next := append([]uint32(nil), x.first...)
	x.holders = make([]uint32, x.first[items])
	for p := range x.len() {
		for row := x.at(uint32(p)); row.next(); {
			x.holders[next[row.item]] = uint32(p)
			next[row.item]++
		}
	}
	return nil
}

func (x *neighbours) len() int { return max(0, len(x.offsets)-1) }

// walk visits the tracks of a playlist that may be damaged.
func (x *neighbours) walk(p, items int, visit func(mining.Item)) error {
	rest, item := x.bytes[x.offsets[p]:x.offsets[p+1]], uint64(0)
	for len(rest) > 0 {
		distance, n := binary.Uvarint(rest)
		if n <= 0 || n > binary.MaxVarintLen32 || item+distance >= uint64(items) {
			return errors.New("a track is cut short or out of bounds")
		}
		item += distance
		visit(mining.Item(item))
		rest = rest[n:]
	}
	return nil
}

// row walks over the tracks of one playlist.
type row struct {
	rest []byte
	item mining.Item
}

func (x *neighbours) at(p uint32) row { return row{rest: x.bytes[x.offsets[p]:x.offsets[p+1]]} }

// next moves to the next track, if there is one.
func (r *row) next() bool {
	if len(r.rest) == 0 {
		return false
	}
	for shift := 0; ; shift += 7 {
		b := r.rest[0]
		r.rest = r.rest[1:]
		r.item += mining.Item(b&0x7f) << shift
		if b < 0x80 {
			return true
		}
	}
}

// of lists the playlists that hold a track.
func (x *neighbours) of(i mining.Item) []uint32 {
	if len(x.first) == 0 {
		return nil
	}
	return x.holders[x.first[i]:x.first[i+1]]
}
