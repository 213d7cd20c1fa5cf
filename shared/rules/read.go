package rules

import (
	"errors"
	"fmt"
	"io"

	"github.com/cespare/xxhash/v2"
)

// chunk is how much Read takes at a time: what arrives is still in the
// processor's cache when the checksum comes to it.
const chunk = 256 << 10

// ErrCutOff marks an object that could not be read to its end. Another try may
// succeed; one that Read refuses for any other reason stays refused.
var ErrCutOff = errors.New("the rule set did not arrive whole")

// Read reads an object of size bytes and parses it as Parse does. The checksum
// is computed, and memory is got from the system, while the rest arrives.
func Read(from io.Reader, size int64) (*Rules, error) {
	b := make([]byte, size)
	go populate(b)
	var sum xxhash.Digest
	sum.Reset()
	for at := 0; at < len(b); {
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
