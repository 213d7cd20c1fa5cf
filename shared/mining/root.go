package mining

import (
	"cmp"
	"slices"
)

// A root is what all workers share and only read: the node of the empty itemset.
type root struct {
	node
	lattice      lattice // of the packed items
	perfect      []Item  // items of every transaction
	transactions uint32
}

// newRoot numbers the frequent items by support, the most frequent first, and
// lays out the transactions, rid of all other items, as a node.
func newRoot(db *Transactions, minSupport uint32) *root {
	r := &root{transactions: uint32(db.Len())}
	supports := db.Supports()
	for item, support := range supports {
		switch {
		case support == r.transactions:
			r.perfect = append(r.perfect, Item(item))
		case support >= minSupport:
			r.items = append(r.items, Item(item))
		}
	}
	slices.SortStableFunc(r.items, func(a, b Item) int { return cmp.Compare(supports[b], supports[a]) })
	for _, item := range r.items {
		r.supports = append(r.supports, supports[item])
	}
	rows, starts := sortedRows(db, r.items, supports)
	build := builder{lattice: &r.lattice}
	build.begin(&r.node, r.transactions, db.Len(), len(rows))
	for t := range db.Len() {
		build.add(1, rows[starts[t]:starts[t+1]])
	}
	build.end()
	return r
}

// sortedRows are the transactions with only the given items, which are numbered
// by their place in items and ascend inside each row. Transposing twice sorts
// them in linear time.
func sortedRows(db *Transactions, items []Item, supports []uint32) (rows []uint32, starts []int) {
	ends := make([]int, db.NumItems) // where an item's column ends so far; -1 = dropped
	for i := range ends {
		ends[i] = -1
	}
	entries := 0
	for _, item := range items {
		ends[item] = entries
		entries += int(supports[item])
	}
	columns := make([]uint32, entries)
	starts = make([]int, db.Len()+1)
	for t := range db.Len() {
		n := 0
		for _, item := range db.At(t) {
			if end := ends[item]; end >= 0 {
				columns[end] = uint32(t)
				ends[item]++
				n++
			}
		}
		starts[t+1] = starts[t] + n
	}
	rows = make([]uint32, entries)
	rowEnds := slices.Clone(starts[:db.Len()])
	first := 0
	for i, item := range items {
		for _, t := range columns[first:ends[item]] {
			rows[rowEnds[t]] = uint32(i)
			rowEnds[t]++
		}
		first = ends[item]
	}
	return rows, starts
}

// A task is a share of the root: the branches of the items from last down to
// first, and with lattice also all itemsets of the packed items alone.
type task struct {
	first, last int
	lattice     bool
	done        int // frequent items that are done with after this task
}

// tasks cuts the root into at most about limit tasks of similar size. Branches
// come in falling order of their item: the rarest items have the most
// extensions, and long tasks should start early.
func (r *root) tasks(limit int) []task {
	work := make([]int, 0, len(r.items))
	for i := len(r.items) - 1; i >= r.packed; i-- {
		work = append(work, 1)
		for _, s := range r.occurrences(i) {
			work[len(work)-1] += int(s.end - s.start)
		}
	}
	bounds := chunks(work, limit)
	var tasks []task
	for c := range len(bounds) - 1 {
		last := len(r.items) - 1 - bounds[c]
		tasks = append(tasks, task{first: len(r.items) - bounds[c+1], last: last, done: bounds[c+1]})
	}
	return append(tasks, task{first: 0, last: -1, lattice: true, done: len(r.items)})
}
