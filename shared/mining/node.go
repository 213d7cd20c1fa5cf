package mining

import (
	"math/bits"
	"slices"
)

// A node is a conditional database: the transactions that contain some itemset,
// reduced to the items that can extend it. Its items are numbered from 0 in the
// order of the root, and every one is frequent but not in all of the
// transactions.
//
//	rows:  weight n item … item | weight n item … item | …     items ascend
//	spans: for each item ≥ packed, the rows that contain it, as the part of the
//	       row before the item; empty parts are left out
//
// The packed items are the most frequent ones: the itemsets of them alone are
// mined by a lattice. Rows of no use to the other items are left out, and equal
// rows are merged where that is likely to pay.
//
// Nodes are reused: a worker has one per depth.
type node struct {
	items    []Item   // the caller's number of each item
	supports []uint32 // per item
	packed   int
	rows     []uint32
	spans    []span
	spanAt   []uint32 // item i has spans[spanAt[i]:spanAt[i+1]]
}

// A span is a part of node.rows, from a row's first item on.
type span struct{ start, end uint32 }

// rowHead is the number of words before a row's items.
const rowHead = 2

func (nd *node) weight(s span) uint32   { return nd.rows[s.start-rowHead] }
func (nd *node) prefix(s span) []uint32 { return nd.rows[s.start:s.end] }

func (nd *node) occurrences(i int) []span {
	return nd.spans[nd.spanAt[i]:nd.spanAt[i+1]]
}

// A builder fills a node row by row, and the lattice of its packed items.
type builder struct {
	node    *node
	lattice *lattice
	table   []uint32 // open addressing: starts of rows; 0 = empty
	merge   bool
}

// mergeItems is the most items of a node for which rows are likely to be equal.
const mergeItems = 96

// begin starts a node whose items and supports are set, for an itemset of the
// given support and at most that many rows and entries.
func (b *builder) begin(nd *node, support uint32, rows, entries int) {
	items := len(nd.items)
	b.node = nd
	nd.packed = min(items, latticeItems(rows))
	b.lattice.reset(nd.packed, support)
	nd.rows = slices.Grow(nd.rows[:0], rowHead*rows+entries)
	nd.spanAt = slices.Grow(nd.spanAt[:0], items+2)[:items+2]
	clear(nd.spanAt)
	if b.merge = items <= mergeItems; b.merge {
		size := 1 << bits.Len(uint(2*rows))
		b.table = slices.Grow(b.table[:0], size)[:size]
		clear(b.table)
	}
}

// add takes a row, of ascending items.
func (b *builder) add(weight uint32, items []uint32) {
	nd, mask, first := b.node, uint32(0), 0
	for ; first < len(items) && int(items[first]) < nd.packed; first++ {
		mask |= 1 << items[first]
	}
	b.lattice.add(mask, weight)
	if first = max(first, 1); first >= len(items) {
		return // no item here has both a branch and something before it
	}
	if b.merge && b.merged(weight, items) {
		return
	}
	nd.rows = append(append(nd.rows, weight, uint32(len(items))), items...)
	for _, item := range items[first:] {
		nd.spanAt[item+2]++
	}
}

// merged adds the weight to an equal row, if there is one; else it notes that
// the row is about to be appended.
func (b *builder) merged(weight uint32, items []uint32) bool {
	rows := b.node.rows
	hash := uint32(len(items))
	for _, item := range items {
		hash = (bits.RotateLeft32(hash, 5) ^ item) * 0x9E3779B1
	}
	mask := uint32(len(b.table) - 1)
	for slot := (hash >> 7) & mask; ; slot = (slot + 1) & mask {
		start := b.table[slot]
		if start == 0 {
			b.table[slot] = uint32(len(rows) + rowHead)
			return false
		}
		if n := rows[start-1]; n == uint32(len(items)) && slices.Equal(rows[start:start+n], items) {
			rows[start-rowHead] += weight
			return true
		}
	}
}

// end hands every row to all unpacked items that it contains (occurrence
// deliver; Uno, Kiyomi & Arimura, FIMI 2004).
func (b *builder) end() {
	nd := b.node
	at := nd.spanAt // spanAt[i+1] is where the next span of item i goes
	for i := 2; i < len(at); i++ {
		at[i] += at[i-1]
	}
	total := int(at[len(at)-1])
	nd.spans = slices.Grow(nd.spans[:0], total)[:total]
	for p := 0; p < len(nd.rows); {
		row := nd.rows[p+rowHead:][:nd.rows[p+1]]
		start := uint32(p + rowHead)
		p += rowHead + len(row)
		for end := len(row) - 1; end > 0 && int(row[end]) >= nd.packed; end-- {
			next := &at[row[end]+1]
			nd.spans[*next] = span{start, start + uint32(end)}
			*next++
		}
	}
	nd.spanAt = at[:len(nd.items)+1]
}
