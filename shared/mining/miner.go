package mining

import (
	"context"
	"math/bits"
	"slices"
)

// A miner is one worker: the depth-first search over the root's branches, and
// its memory, which is allocated once and reused.
type miner struct {
	ctx        context.Context
	root       *root
	minSupport uint32
	maxSize    int // 0 = no bound

	path    []Item // the itemset of the branch at hand
	perfect []Item // items in all transactions that contain path: each may be added or not

	levels  []*node  // per depth, the conditional database
	counts  []uint32 // per item of the node at hand; all zero between two branches
	kept    []keptItem
	row     []uint32
	weights []uint32
	lattice lattice
	build   builder

	tally tally
	out   *writer // nil = count only
}

// A keptItem is an item that extends the branch at hand, packed with its
// support so that sorting orders by item.
type keptItem uint64

func (k keptItem) item() uint32    { return uint32(k >> 32) }
func (k keptItem) support() uint32 { return uint32(k) }

func newMiner(ctx context.Context, root *root, opt ItemsetOptions) *miner {
	m := &miner{
		ctx: ctx, root: root,
		minSupport: uint32(opt.MinSupport), maxSize: opt.MaxSize,
		perfect: slices.Clone(root.perfect),
		counts:  make([]uint32, len(root.items)),
	}
	m.build.lattice = &m.lattice
	return m
}

// run mines one task.
func (m *miner) run(t task) {
	if t.lattice {
		m.report(m.root.transactions) // the perfect items alone
		m.reportPacked(&m.root.node, m.root.lattice.clone())
	}
	for i := t.last; i >= t.first; i-- {
		m.branch(&m.root.node, i, 0)
	}
}

// full reports whether path has as many items as wanted.
func (m *miner) full() bool { return m.maxSize > 0 && len(m.path) >= m.maxSize }

// stopped reports whether the mining is to end early.
func (m *miner) stopped() bool {
	return m.out != nil && m.out.stopped || m.ctx.Err() != nil
}

// branch mines path ∪ {item i} and all that extends it by items below i.
func (m *miner) branch(nd *node, i, depth int) {
	if m.stopped() {
		return
	}
	perfect := len(m.perfect)
	m.path = append(m.path, nd.items[i])
	if !m.full() {
		m.countExtensions(nd, i)
	}
	m.report(nd.supports[i])
	if len(m.kept) > 0 && !m.full() {
		m.extend(nd, i, depth)
	}
	m.path = m.path[:len(m.path)-1]
	m.perfect = m.perfect[:perfect]
}

// countExtensions finds the items that extend branch i: the frequent ones in
// kept, those in all its transactions on perfect.
func (m *miner) countExtensions(nd *node, i int) {
	occurrences, entries := nd.occurrences(i), 0
	counts, below := m.counts[:i], m.minSupport-1
	m.kept = m.kept[:0]
	weights := slices.Grow(m.weights[:0], len(occurrences))[:len(occurrences)]
	m.weights = weights
	for first := 0; first < len(occurrences); first += 256 {
		batch := occurrences[first:min(first+256, len(occurrences))]
		w := weights[first:][:len(batch)]
		for o, s := range batch {
			w[o] = nd.weight(s)
		}
		for o, s := range batch {
			weight, prefix := w[o], nd.prefix(s)
			entries += len(prefix)
			for _, item := range prefix {
				count := counts[item]
				counts[item] = count + weight
				if below-count < weight { // count was below the minimum and no longer is
					m.kept = append(m.kept, keptItem(item)<<32)
				}
			}
		}
	}
	slices.Sort(m.kept)
	frequent := m.kept
	m.kept = m.kept[:0]
	for _, k := range frequent {
		if count := counts[k.item()]; count == nd.supports[i] {
			m.perfect = append(m.perfect, nd.items[k.item()])
		} else {
			m.kept = append(m.kept, k|keptItem(count))
		}
	}
	if i <= 16*entries {
		clear(counts)
		return
	}
	for _, s := range occurrences {
		for _, item := range nd.prefix(s) {
			counts[item] = 0
		}
	}
}

// extend mines branch i further, by the items in kept.
func (m *miner) extend(nd *node, i, depth int) {
	if len(m.kept) == 1 {
		m.path = append(m.path, nd.items[m.kept[0].item()])
		m.report(m.kept[0].support())
		m.path = m.path[:len(m.path)-1]
		return
	}
	if len(m.kept) <= latticeItems(len(nd.occurrences(i))) {
		m.leaf(nd, i)
		return
	}
	child := m.level(depth)
	m.project(nd, i, child)
	m.reportPacked(child, &m.lattice)
	for j := len(child.items) - 1; j >= child.packed; j-- {
		m.branch(child, j, depth+1)
	}
}

// level is the node for the conditional databases at that depth.
func (m *miner) level(depth int) *node {
	if depth == len(m.levels) {
		m.levels = append(m.levels, new(node))
	}
	return m.levels[depth]
}

// project builds branch i's conditional database of the items in kept.
func (m *miner) project(nd *node, i int, child *node) {
	child.items, child.supports = child.items[:0], child.supports[:0]
	for j, k := range m.kept {
		m.counts[k.item()] = uint32(j + 1)
		child.items = append(child.items, nd.items[k.item()])
		child.supports = append(child.supports, k.support())
	}
	occurrences, entries := nd.occurrences(i), 0
	for _, s := range occurrences {
		entries += int(s.end - s.start)
	}
	m.build.begin(child, nd.supports[i], len(occurrences), entries)
	for o, s := range occurrences {
		row := m.row[:0]
		for _, item := range nd.prefix(s) {
			if number := m.counts[item]; number != 0 {
				row = append(row, number-1)
			}
		}
		m.row = row
		m.build.add(m.weights[o], row)
	}
	m.build.end()
	m.clearKept()
}

func (m *miner) clearKept() {
	for _, k := range m.kept {
		m.counts[k.item()] = 0
	}
}

// leaf mines branch i at once, by the lattice of the items in kept.
func (m *miner) leaf(nd *node, i int) {
	for j, k := range m.kept {
		m.counts[k.item()] = 1 << j
	}
	m.lattice.reset(len(m.kept), nd.supports[i])
	for o, s := range nd.occurrences(i) {
		mask := uint32(0)
		for _, item := range nd.prefix(s) {
			mask |= m.counts[item]
		}
		m.lattice.add(mask, m.weights[o])
	}
	m.clearKept()
	m.lattice.sum()
	m.reportLattice(&m.lattice, func(j int) Item { return nd.items[m.kept[j].item()] })
}

// reportPacked mines the itemsets of a node's packed items alone.
func (m *miner) reportPacked(nd *node, l *lattice) {
	if nd.packed > 0 {
		l.sum()
		m.reportLattice(l, func(j int) Item { return nd.items[j] })
	}
}

// reportLattice reports path extended by each frequent subset of the lattice.
func (m *miner) reportLattice(l *lattice, item func(j int) Item) {
	if m.out == nil && m.maxSize == 0 {
		m.tally.add(l.count(m.minSupport), len(m.perfect), maxAny)
		return
	}
	size := len(m.path)
	for mask := uint32(1); mask < 1<<l.n; mask++ {
		support := l.support(mask)
		if support < m.minSupport || m.maxSize > 0 && size+bits.OnesCount32(mask) > m.maxSize {
			continue
		}
		for rest := mask; rest != 0; rest &= rest - 1 {
			m.path = append(m.path, item(bits.TrailingZeros32(rest)))
		}
		m.report(support)
		m.path = m.path[:size]
	}
}

// report hands on path, and path with each choice of the perfect items.
func (m *miner) report(support uint32) {
	room := maxAny
	if m.maxSize > 0 {
		room = m.maxSize - len(m.path)
	}
	if m.out != nil {
		m.out.subsets(m.path, m.perfect, support, room)
		return
	}
	m.tally.add(1, len(m.perfect), room)
	if len(m.path) == 0 {
		m.tally.sets-- // the empty set is not asked for
	}
}
