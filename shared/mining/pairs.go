package mining

import "context"

// minePairs mines the rules of one antecedent item: for each item it walks the
// transactions that contain it (the vertical lists) and counts their items (the
// horizontal baskets) in one array of counters. The cost is the sum of the
// squared sizes of the transactions, whatever the number of pairs.
func minePairs(ctx context.Context, db *Transactions, opt RuleOptions) (*Rules, error) {
	baskets := newBaskets(db, uint32(min(opt.MinSupport, db.Len()+1)))
	bounds := chunks(baskets.work, 64*threadCount(opt.Threads))
	writer := newRuleWriter(opt)
	err := inOrder(ctx, threadCount(opt.Threads), len(bounds)-1,
		func(ctx context.Context) func(int, func(pairBlock) bool) {
			counter := newPairCounter(baskets, opt)
			return func(task int, emit func(pairBlock) bool) {
				block := counter.count(ctx, bounds[task], bounds[task+1])
				emit(block)
			}
		},
		func(block pairBlock) error { return block.write(writer) },
		func(task int) {
			if opt.Progress != nil {
				opt.Progress(bounds[task+1], len(baskets.items))
			}
		})
	if err != nil {
		return nil, err
	}
	return writer.finish(), nil
}

// baskets holds a database's frequent items, numbered anew and densely in the
// old order, both by transaction and by item.
type baskets struct {
	items    []Item   // the caller's number of each item
	supports []uint32 // per item
	work     []int    // per item: the entries of all transactions that contain it

	rows     []uint32 // transaction t holds rows[rowAt[t]:rowAt[t+1]]
	rowAt    []int
	columns  []uint32 // item i occurs in the transactions columns[columnAt[i]:columnAt[i+1]]
	columnAt []int
}

func newBaskets(db *Transactions, minSupport uint32) *baskets {
	b := &baskets{columnAt: []int{0}, rowAt: make([]int, 1, db.Len()+1)}
	number := make([]uint32, db.NumItems) // new number + 1; 0 = infrequent
	entries := 0
	for item, support := range db.Supports() {
		if support < minSupport {
			continue
		}
		b.items = append(b.items, Item(item))
		b.supports = append(b.supports, support)
		number[item] = uint32(len(b.items))
		entries += int(support)
		b.columnAt = append(b.columnAt, entries)
	}
	b.rows, b.columns = make([]uint32, 0, entries), make([]uint32, entries)
	b.work = make([]int, len(b.items))
	end := append([]int(nil), b.columnAt...)
	for t := range db.Len() {
		for _, item := range db.At(t) {
			if n := number[item]; n != 0 {
				b.rows = append(b.rows, n-1)
			}
		}
		row := b.rows[b.rowAt[t]:]
		b.rowAt = append(b.rowAt, len(b.rows))
		for _, n := range row {
			b.columns[end[n]] = uint32(t)
			end[n]++
			b.work[n] += len(row)
		}
	}
	return b
}

func (b *baskets) row(t uint32) []uint32    { return b.rows[b.rowAt[t]:b.rowAt[t+1]] }
func (b *baskets) column(n uint32) []uint32 { return b.columns[b.columnAt[n]:b.columnAt[n+1]] }

// A pairCounter is one worker's memory.
type pairCounter struct {
	*baskets
	opt        RuleOptions
	counts     []uint32 // per item; all zero between two antecedents
	found      []uint32 // items that reached the support
	candidates []candidate
	fetched    uint32 // makes fetch's reading count
}

func newPairCounter(b *baskets, opt RuleOptions) *pairCounter {
	return &pairCounter{baskets: b, opt: opt, counts: make([]uint32, len(b.items))}
}

// A pairBlock holds the rules of some consecutive antecedents of one item.
type pairBlock struct {
	antecedents []Item
	supports    []uint32 // per antecedent
	ends        []int    // per antecedent: where its rules end
	consequents []Item
	pairs       []uint32 // per rule: its support
}

func (b *pairBlock) write(w *ruleWriter) error {
	start := 0
	for a, end := range b.ends {
		if err := w.add(b.antecedents[a:a+1], b.supports[a], b.consequents[start:end], b.pairs[start:end]); err != nil {
			return err
		}
		start = end
	}
	return nil
}

// count mines the rules of the antecedents first … end-1.
func (c *pairCounter) count(ctx context.Context, first, end int) (block pairBlock) {
	for n := uint32(first); n < uint32(end) && ctx.Err() == nil; n++ {
		rules := strongest(c.consequents(n), c.opt.MaxRules)
		if len(rules) == 0 {
			continue
		}
		for _, rule := range rules {
			block.consequents = append(block.consequents, rule.item())
			block.pairs = append(block.pairs, rule.support())
		}
		block.antecedents = append(block.antecedents, c.items[n])
		block.supports = append(block.supports, c.supports[n])
		block.ends = append(block.ends, len(block.consequents))
	}
	return block
}

// consequents are the items whose rule with antecedent n is good enough.
func (c *pairCounter) consequents(n uint32) []candidate {
	c.found = c.found[:0]
	least := leastSupport(c.supports[n], c.opt)
	for columns := c.column(n); len(columns) > 0; {
		some := columns[:min(fetchRows, len(columns))]
		columns = columns[len(some):]
		c.fetch(some)
		c.add(some, least)
	}
	c.candidates = c.candidates[:0]
	for _, other := range c.found {
		if other != n {
			c.candidates = append(c.candidates, newCandidate(c.items[other], c.counts[other]))
		}
	}
	c.reset(n)
	return c.candidates
}

// fetchRows is how many rows are fetched at a time, and fetchStep how many of
// a row's items come along with one.
const (
	fetchRows = 16
	fetchStep = 16
)

// fetch reads a little of rows that are about to be counted. They are far apart
// in memory: so the processor waits for many at once, not for one after another.
func (c *pairCounter) fetch(transactions []uint32) {
	for _, t := range transactions {
		row := c.row(t)
		for i := 0; i < len(row); i += fetchStep {
			c.fetched += row[i]
		}
	}
}

// add counts the items of transactions and notes those that reach the support.
func (c *pairCounter) add(transactions []uint32, least uint32) {
	counts, found := c.counts, c.found
	for _, t := range transactions {
		for _, other := range c.row(t) {
			count := counts[other] + 1
			counts[other] = count
			if count == least {
				found = append(found, other)
			}
		}
	}
	c.found = found
}

// reset zeroes the counts of antecedent n, in whichever way is faster.
func (c *pairCounter) reset(n uint32) {
	if c.work[n] > len(c.items)/resetShare {
		clear(c.counts)
		return
	}
	for _, t := range c.column(n) {
		for _, other := range c.row(t) {
			c.counts[other] = 0
		}
	}
}

// resetShare is how many counters are zeroed in a row in the time of one at
// random.
const resetShare = 16
