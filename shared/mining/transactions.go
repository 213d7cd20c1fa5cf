package mining

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// An Item is the number of an item: dense, from 0.
type Item = uint32

// Transactions is a database of transactions in compressed sparse rows:
// transaction t is Items[Offsets[t]:Offsets[t+1]]. Items inside a transaction
// are distinct; their order is the caller's and is kept. The zero value is an
// empty database, ready for Append.
type Transactions struct {
	Items    []Item
	Offsets  []int // len = number of transactions + 1, Offsets[0] = 0; nil when empty
	NumItems int   // items are 0 … NumItems-1
}

// Append adds one transaction. An item that is given twice is kept once, where
// it stood first. NumItems grows to hold the largest item.
func (t *Transactions) Append(items ...Item) {
	if t.Offsets == nil {
		t.Offsets = []int{0}
	}
	var onStack [512]uint32 // playlists rarely hold more than 256 tracks
	table := onStack[:tableSize(len(items), len(onStack))]
	if len(table) < 2*len(items) {
		table = make([]uint32, tableSize(len(items), math.MaxInt))
	}
	start := len(t.Items)
	for _, item := range items {
		slot := slotOf(table, t.Items[start:], item)
		if table[slot] != 0 {
			continue
		}
		t.Items = append(t.Items, item)
		table[slot] = uint32(len(t.Items) - start)
		t.NumItems = max(t.NumItems, int(item)+1)
	}
	t.Offsets = append(t.Offsets, len(t.Items))
}

// tableSize is the power of two that leaves half of a hash table of n entries
// free, but at most limit.
func tableSize(n, limit int) int {
	return min(2<<bits.Len(uint(n)), limit)
}

// slotOf finds item in an open-addressing table of positions (from 1) in items:
// the slot that holds it, or the empty slot where it belongs.
func slotOf(table []uint32, items []Item, item Item) int {
	mask := len(table) - 1
	for slot := int(item*0x9E3779B1>>7) & mask; ; slot = (slot + 1) & mask {
		if at := table[slot]; at == 0 || items[at-1] == item {
			return slot
		}
	}
}

// Len is the number of transactions.
func (t *Transactions) Len() int { return max(len(t.Offsets)-1, 0) }

// At is the i-th transaction. It shares the database's memory.
func (t *Transactions) At(i int) []Item { return t.Items[t.Offsets[i]:t.Offsets[i+1]] }

// Supports counts, for every item, the transactions that contain it.
func (t *Transactions) Supports() []uint32 {
	supports := make([]uint32, t.NumItems)
	for _, item := range t.Items {
		supports[item]++
	}
	return supports
}

// check refuses a database that the miners cannot count without overflow, or
// that was put together wrongly.
func (t *Transactions) check() error {
	if t.Len() > math.MaxInt32 || len(t.Items) > math.MaxInt32 {
		return fmt.Errorf("mining: %d transactions with %d entries; at most %d of each fit: mine a sample or parts",
			t.Len(), len(t.Items), math.MaxInt32)
	}
	if t.Len() == 0 && len(t.Items) > 0 || t.Len() > 0 && (t.Offsets[0] != 0 || t.Offsets[t.Len()] != len(t.Items)) {
		return errors.New("mining: Offsets do not span Items: they run from 0 to len(Items)")
	}
	for i := range t.Len() {
		if t.Offsets[i] > t.Offsets[i+1] {
			return fmt.Errorf("mining: Offsets fall after transaction %d: they must ascend", i)
		}
	}
	for _, item := range t.Items {
		if int(item) >= t.NumItems {
			return fmt.Errorf("mining: item %d does not fit NumItems %d: NumItems is the largest item plus one", item, t.NumItems)
		}
	}
	return nil
}
