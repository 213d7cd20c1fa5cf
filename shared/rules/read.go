package rules

import (
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/zeebo/xxh3"
)

// chunk is how much Read takes at a time: what arrives is still in the
// processor's cache when the checksum comes to it.
const chunk = 256 << 10

// ErrCutOff marks an object that could not be read to its end. Another try may
// succeed; one that Read refuses for any other reason stays refused.
var ErrCutOff = errors.New("the rule set did not arrive whole")

// Pace is what Read leaves to other goroutines.
type Pace int

const (
	// AtOnce takes all there is: nobody can be answered before.
	AtOnce Pace = iota
	// Aside lets others go first before each part, some tenths of a millisecond of
	// work: requests are answered meanwhile.
	Aside
)

// Read reads an object of size bytes and parses it as Parse does. The checksum
// is computed while the rest arrives. If it is to be read at once, memory is got
// from the system meanwhile, too.
func Read(from io.Reader, size int64, pace Pace) (*Rules, error) {
	b := make([]byte, size)
	if pace == AtOnce {
		go populate(b)
	}
	var sum xxh3.Hasher
	for at := 0; at < len(b); {
		if pace == Aside {
			runtime.Gosched()
		}
		n, err := from.Read(b[at:min(at+chunk, len(b))])
		if at+n > headerSize {
			_, _ = sum.Write(b[max(at, headerSize) : at+n])
		}
		if at += n; err != nil && at < len(b) {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, fmt.Errorf("%w: %d of %d bytes: %w", ErrCutOff, at, size, err)
		}
	}
	return parse(b, sum.Sum64())
}
