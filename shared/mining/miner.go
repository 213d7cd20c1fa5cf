package mining

import (
	"context"
	"slices"
)

// A miner is one worker: the depth-first search over the root's branches, and
// its memory, which is reused from branch to branch.
type miner struct {
	ctx        context.Context
	root       *root
	minSupport uint32
	maxSize    int // 0 = no bound

	path    path   // the itemset of the branch at hand
	perfect []Item // items in all transactions that contain path: each may be added or not

	extensions         // of the branch at hand
	levels     []*node // per depth, the conditional database
	build      builder
	row        []uint32
	lattice    lattice

	tally tally
	out   *writer // nil = count only
}

func newMiner(ctx context.Context, root *root, opt ItemsetOptions) *miner {
	m := &miner{
		ctx: ctx, root: root,
		minSupport: uint32(opt.MinSupport), maxSize: opt.MaxSize,
		perfect:    slices.Clone(root.perfect),
		extensions: extensions{counts: make([]uint32, len(root.items))},
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
	at := m.path.push(nd.items[i])
	if m.full() {
		m.report(nd.supports[i])
	} else {
		m.count(nd, i, m.minSupport)
		for _, item := range m.always {
			m.perfect = append(m.perfect, nd.items[item])
		}
		m.report(nd.supports[i])
		m.extend(nd, i, depth)
	}
	m.path.remove(at)
	m.perfect = m.perfect[:perfect]
}

// A path is an itemset that grows and shrinks during the search. Its items
// descend: the search adds the less frequent items first, which mostly have the
// higher numbers, so that most pushes go to the end.
type path []Item

// push adds an item and returns where it stands.
func (p *path) push(item Item) int {
	items := append(*p, item)
	at := len(items) - 1
	for ; at > 0 && items[at-1] < item; at-- {
		items[at] = items[at-1]
	}
	items[at] = item
	*p = items
	return at
}

// remove takes the item at that place out.
func (p *path) remove(at int) {
	items := *p
	copy(items[at:], items[at+1:])
	*p = items[:len(items)-1]
}
