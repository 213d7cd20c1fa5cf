package rules

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/zeebo/xxh3"
)

// chunk is how much AtOnce takes at a time: what arrives is still in the processor's
// cache when the checksum comes to it.
const chunk = 256 << 10

// hugePage is the size of a transparent huge page where pages have 4 KB.
const hugePage = 2 << 20

// piece is how much Aside takes before it rests: a larger one would displace from the
// processor's cache all that requests use. The rest is some ten times as long as the work
// on a piece: 32 MB a second at most.
const (
	piece = 32 << 10
	rest  = time.Millisecond
)

// ErrCutOff marks an object that could not be read to its end. Another try may
// succeed; one that Read refuses for any other reason stays refused.
var ErrCutOff = errors.New("the rule set did not arrive whole")

// Pace is what Read leaves to other goroutines.
type Pace int

const (
	// AtOnce takes all there is: for when nobody is answered meanwhile.
	AtOnce Pace = iota
	// Aside sleeps most of the time: requests are answered meanwhile.
	Aside
)

// Read reads an object of size bytes and parses it as Parse does. The checksum
// is computed while the rest arrives. It fails with ErrCutOff if from ends or fails
// before, otherwise with the reason for which Parse refuses the object.
func Read(from io.Reader, size int64, pace Pace) (*Rules, error) {
	read := readAtOnce
	if pace == Aside {
		read = readAside
	}
	in := &arriving{from: from, size: int(size)}
	b, err := read(in)
	if err != nil {
		return nil, fmt.Errorf("%w: %d of %d bytes: %w", ErrCutOff, in.at, size, err)
	}
	return parse(b, in.sum.Sum64())
}

// readAtOnce reads the object to where it stays. Each huge page is got from the system
// before anything is read into it, for one that is in use in part stays small pages; and
// one at a time, so that it is still in the processor's cache, and the sender goes on.
func readAtOnce(in *arriving) ([]byte, error) {
	b := makeAligned(in.size)
	for page := range slices.Chunk(b, hugePage) {
		populate(page)
		for part := range slices.Chunk(page, chunk) {
			if err := in.read(part); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

// makeAligned makes a slice that begins at a multiple of hugePage, if one fits in it. What
// is around it takes no memory if it is new from the system, for nothing is written there.
func makeAligned(size int) []byte {
	if size < hugePage {
		return make([]byte, size)
	}
	return aligned(make([]byte, size+hugePage), size)
}

// aligned is the first part of memory of that size that begins at a multiple of hugePage.
func aligned(memory []byte, size int) []byte {
	first := -int(uintptr(unsafe.Pointer(&memory[0]))) & (hugePage - 1)
	return memory[first : first+size : first+size]
}

// readAside rests after each piece. The memory may be that of rules that were
// replaced: make would clear it first, in one go, and that is the longest that
// requests would wait. The standard library's strings.Builder does not, for it shows
// only what was written. What it allocates is aligned, as parse needs it.
func readAside(in *arriving) ([]byte, error) {
	var object strings.Builder
	object.Grow(in.size)
	memory := make([]byte, piece)
	for in.at < in.size {
		arrived := memory[:min(piece, in.size-in.at)]
		if err := in.read(arrived); err != nil {
			return nil, err
		}
		object.Write(arrived)
		time.Sleep(rest)
	}
	return unsafe.Slice(unsafe.StringData(object.String()), in.size), nil
}

// arriving counts and sums up an object while it is read.
type arriving struct {
	from     io.Reader
	size, at int
	sum      xxh3.Hasher // of what follows the header
}

// read fills to.
func (a *arriving) read(to []byte) error {
	n, err := io.ReadFull(a.from, to)
	if a.at+n > headerSize {
		_, _ = a.sum.Write(to[max(0, headerSize-a.at):n]) // never fails
	}
	a.at += n
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}
