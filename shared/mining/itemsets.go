package mining

import (
	"context"
	"errors"
	"math"
	"math/bits"
)

// Itemsets calls visit for every non-empty frequent itemset exactly once, with
// its items ascending and its support. The order is one and the same whatever
// Threads is. visit is called on the caller's goroutine, one call at a time,
// and must not keep the slice. Its error, or the end of ctx, ends the mining
// and is returned.
func Itemsets(ctx context.Context, db *Transactions, opt ItemsetOptions, visit func(itemset []Item, support int) error) error {
	return mine(ctx, db, opt,
		func(m *miner, emit func(*block) bool) { m.out = &writer{block: newBlock(), emit: emit} },
		func(m *miner, _ func(*block) bool) { m.out.flush() },
		func(b *block) error {
			defer recycle(b)
			return b.each(visit)
		})
}

// CountItemsets is the number of itemsets that [Itemsets] visits. It counts
// without listing them, so that it is fast where they are many.
func CountItemsets(ctx context.Context, db *Transactions, opt ItemsetOptions) (int64, error) {
	total := uint64(0)
	err := mine(ctx, db, opt,
		func(m *miner, _ func(tally) bool) { m.tally = tally{} },
		func(m *miner, emit func(tally) bool) { emit(m.tally) },
		func(t tally) error {
			sum, carry := bits.Add64(total, t.sets, 0)
			if total = sum; t.overflow || carry != 0 || total > math.MaxInt64 {
				return errors.New("mining: more than 2^63-1 frequent itemsets: raise MinSupport or set MaxSize")
			}
			return nil
		})
	return int64(total), err
}

// mine runs the miner over the branches of the root: begin before and end after
// each task, whose blocks are consumed in order.
func mine[B any](
	ctx context.Context, db *Transactions, opt ItemsetOptions,
	begin, end func(*miner, func(B) bool), consume func(B) error,
) error {
	if err := opt.check(); err != nil {
		return err
	}
	if err := db.check(); err != nil {
		return err
	}
	if opt.MinSupport > db.Len() {
		return ctx.Err()
	}
	workers := threadCount(opt.Threads)
	root := newRoot(db, uint32(opt.MinSupport))
	tasks := root.tasks(64 * workers)
	return inOrder(ctx, workers, len(tasks),
		func(ctx context.Context) func(int, func(B) bool) {
			m := newMiner(ctx, root, opt)
			return func(task int, emit func(B) bool) {
				begin(m, emit)
				m.run(tasks[task])
				end(m, emit)
			}
		},
		consume,
		func(task int) {
			if opt.Progress != nil {
				opt.Progress(tasks[task].done, len(root.items))
			}
		})
}
