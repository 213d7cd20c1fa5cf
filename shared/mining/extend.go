package mining

// extend mines branch i further, by the items in kept.
func (m *miner) extend(nd *node, i, depth int) {
	switch {
	case len(m.kept) == 0:
	case len(m.kept) == 1:
		at := m.path.push(nd.items[m.kept[0].item])
		m.report(m.kept[0].support)
		m.path.remove(at)
	case len(m.kept) <= latticeItems(len(nd.occurrences(i))):
		m.leaf(nd, i)
	default:
		child := m.level(depth)
		m.project(nd, i, child)
		m.reportPacked(child, &m.lattice)
		for j := len(child.items) - 1; j >= child.packed; j-- {
			m.branch(child, j, depth+1)
		}
	}
}

// leaf mines branch i at once, by the lattice of the items in kept.
func (m *miner) leaf(nd *node, i int) {
	marks := m.counts
	for j, k := range m.kept {
		marks[k.item] = 1 << j
	}
	m.lattice.reset(len(m.kept), nd.supports[i])
	for o, s := range nd.occurrences(i) {
		mask := uint32(0)
		for _, item := range nd.prefix(s) {
			mask |= marks[item]
		}
		m.lattice.add(mask, m.weights[o])
	}
	for _, k := range m.kept {
		marks[k.item] = 0
	}
	m.lattice.sum()
	m.reportLattice(&m.lattice, func(j int) Item { return nd.items[m.kept[j].item] })
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
	numbers := m.counts // an item's number in the child + 1; 0 = dropped
	child.items, child.supports = child.items[:0], child.supports[:0]
	for j, k := range m.kept {
		numbers[k.item] = uint32(j + 1)
		child.items = append(child.items, nd.items[k.item])
		child.supports = append(child.supports, k.support)
	}
	occurrences, entries := nd.occurrences(i), 0
	for _, s := range occurrences {
		entries += int(s.end - s.start)
	}
	m.build.begin(child, nd.supports[i], len(occurrences), entries)
	for o, s := range occurrences {
		row := m.row[:0]
		for _, item := range nd.prefix(s) {
			if number := numbers[item]; number != 0 {
				row = append(row, number-1)
			}
		}
		m.row = row
		m.build.add(m.weights[o], row)
	}
	m.build.end()
	for _, k := range m.kept {
		numbers[k.item] = 0
	}
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
	m.listLattice(l, item, 0, l.n)
}

// listLattice reports the frequent subsets that add items below limit to mask.
func (m *miner) listLattice(l *lattice, item func(j int) Item, mask uint32, limit int) {
	for j := range limit {
		larger := mask | 1<<j
		support := l.support(larger)
		if support < m.minSupport {
			continue
		}
		at := m.path.push(item(j))
		m.report(support)
		if !m.full() {
			m.listLattice(l, item, larger, j)
		}
		m.path.remove(at)
	}
}

// report hands on path, and path with each choice of the perfect items.
func (m *miner) report(support uint32) {
	room := maxAny
	if m.maxSize > 0 {
		room = m.maxSize - len(m.path)
	}
	if m.out != nil {
		m.out.subsets(&m.path, m.perfect, support, room)
		return
	}
	m.tally.add(1, len(m.perfect), room)
	if len(m.path) == 0 {
		m.tally.sets-- // the empty set is not asked for
	}
}
