package dataset

import "unsafe"

// An arena holds text that is kept for good, many to an allocation.
type arena struct{ free []byte }

const arenaSize = 64 << 10

// hold returns a copy of the text.
func (a *arena) hold(text []byte) string {
	if len(text) > len(a.free) {
		if len(text) > arenaSize/8 {
			return string(text)
		}
		a.free = make([]byte, arenaSize)
	}
	n := copy(a.free, text)
	held := a.free[:n:n]
	a.free = a.free[n:]
	return unsafe.String(unsafe.SliceData(held), n)
}
