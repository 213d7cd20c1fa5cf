package mining

import (
	"math/bits"
	"slices"
)

// extensions are the items below i that extend a branch i of a node.
type extensions struct {
	kept   []keptItem // frequent, but not in all of the branch's transactions; ascending
	always []uint32   // in all of them; ascending

	weights []uint32 // per occurrence of i, the weight of its row
	counts  []uint32 // per item of the node; all zero between two branches
	found   []uint32
	bits    []uint64
}

// A keptItem is an item of a node with its support in a branch.
type keptItem struct{ item, support uint32 }

// gatherRows is how many rows are touched ahead of being counted.
const gatherRows = 256

// count finds the extensions of branch i.
func (e *extensions) count(nd *node, i int, minSupport uint32) {
	occurrences, entries := nd.occurrences(i), 0
	e.weights, e.found = slices.Grow(e.weights[:0], len(occurrences)), e.found[:0]
	for len(occurrences) > 0 {
		batch := occurrences[:min(gatherRows, len(occurrences))]
		occurrences = occurrences[len(batch):]
		entries += e.countRows(nd, batch, minSupport-1)
	}
	e.found = e.ascending(e.found, i)
	e.kept, e.always = e.kept[:0], e.always[:0]
	for _, item := range e.found {
		if support := e.counts[item]; support == nd.supports[i] {
			e.always = append(e.always, item)
		} else {
			e.kept = append(e.kept, keptItem{item, support})
		}
	}
	e.clear(nd, i, entries)
}

// countRows counts the items of some rows, of which it returns the number, and
// notes those whose count passes the bound.
func (e *extensions) countRows(nd *node, rows []span, bound uint32) (entries int) {
	// The rows are far apart in memory. Fetching all weights first lets the
	// processor wait for many of them at once instead of for one after the other.
	first := len(e.weights)
	weights := e.weights[first:][:len(rows)]
	e.weights = e.weights[:first+len(rows)]
	for o, s := range rows {
		weights[o] = nd.weight(s)
	}
	counts, found := e.counts, e.found
	for o, weight := range weights {
		prefix := nd.prefix(rows[o])
		entries += len(prefix)
		for _, item := range prefix {
			count := counts[item]
			counts[item] = count + weight
			if bound-count < weight { // at or below the bound before, not now; wraps around above it
				found = append(found, item)
			}
		}
	}
	e.found = found
	return entries
}

// ascending sorts distinct items below limit: by a bit set, unless they are few.
func (e *extensions) ascending(items []uint32, limit int) []uint32 {
	if words := (limit + 63) / 64; len(items) > 12 && words < 8*len(items) {
		e.bits = slices.Grow(e.bits[:0], words)[:words]
		clear(e.bits)
		for _, item := range items {
			e.bits[item/64] |= 1 << (item % 64)
		}
		items = items[:0]
		for w, word := range e.bits {
			for ; word != 0; word &= word - 1 {
				items = append(items, uint32(w*64+bits.TrailingZeros64(word)))
			}
		}
		return items
	}
	slices.Sort(items)
	return items
}

// clear zeroes the counts of branch i, in whichever way touches less memory.
func (e *extensions) clear(nd *node, i, entries int) {
	if i <= 16*entries {
		clear(e.counts[:i])
		return
	}
	for _, s := range nd.occurrences(i) {
		for _, item := range nd.prefix(s) {
			e.counts[item] = 0
		}
	}
}
