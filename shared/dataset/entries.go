package dataset

// An entry is a track in a playlist, both by number of first appearance.
type entry struct{ playlist, item uint32 }

// entries is a list that grows by blocks: a slice would be copied as it grows,
// and for a moment be held twice.
type entries struct {
	blocks [][]entry
	n      int
}

const blockSize = 1 << 16

func (e *entries) append(x entry) {
	if e.n%blockSize == 0 {
		e.blocks = append(e.blocks, make([]entry, 0, blockSize))
	}
	last := &e.blocks[len(e.blocks)-1]
	*last = append(*last, x)
	e.n++
}

// group brings the entries of each playlist together, in order of appearance (a
// counting sort): playlist p has items[offsets[p]:offsets[p+1]]. It consumes
// the list.
func (e *entries) group(playlists int) (items []uint32, offsets []int) {
	offsets = make([]int, playlists+1)
	for _, block := range e.blocks {
		for _, x := range block {
			offsets[x.playlist+1]++
		}
	}
	for p := range playlists {
		offsets[p+1] += offsets[p]
	}
	items = make([]uint32, e.n)
	next := append([]int(nil), offsets[:playlists]...)
	for i, block := range e.blocks {
		for _, x := range block {
			items[next[x.playlist]] = x.item
			next[x.playlist]++
		}
		e.blocks[i] = nil
	}
	return items, offsets
}
