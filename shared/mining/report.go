package mining

import (
	"math"
	"math/bits"
	"sync"
)

// maxAny is the room for further items where the size is not bounded.
const maxAny = math.MaxInt

// A tally counts itemsets.
type tally struct {
	sets     uint64
	overflow bool
}

// add counts sets itemsets, each also with every choice of at most room of the
// perfect items.
func (t *tally) add(sets uint64, perfect, room int) {
	choices, fits := choicesOf(perfect, room)
	high, product := bits.Mul64(sets, choices)
	sum, carry := bits.Add64(t.sets, product, 0)
	t.overflow = t.overflow || !fits || high != 0 || carry != 0
	t.sets = sum
}

// choicesOf is the number of subsets of n items with at most room items, and
// whether it fits 64 bits.
func choicesOf(n, room int) (choices uint64, fits bool) {
	if room >= n {
		return 1 << n, n < 64
	}
	choices, binomial := 1, uint64(1)
	for k := 1; k <= room; k++ {
		high, low := bits.Mul64(binomial, uint64(n-k+1))
		if high >= uint64(k) {
			return 0, false
		}
		binomial, _ = bits.Div64(high, low, uint64(k))
		sum, carry := bits.Add64(choices, binomial, 0)
		if choices = sum; carry != 0 {
			return 0, false
		}
	}
	return choices, true
}

// blockWords is the size of a block, in words: large enough that handing blocks
// on costs nothing, small enough that many may wait.
const blockWords = 32 << 10

// A block holds itemsets on their way from a worker to visit, one after the
// other: number of items, support, items.
type block struct{ words []uint32 }

var blocks = sync.Pool{New: func() any { return &block{make([]uint32, 0, blockWords)} }}

func newBlock() *block { return blocks.Get().(*block) }

func recycle(b *block) {
	b.words = b.words[:0]
	blocks.Put(b)
}

// each visits the block's itemsets.
func (b *block) each(visit func(itemset []Item, support int) error) error {
	for rest := b.words; len(rest) > 0; {
		end := 2 + rest[0]
		if err := visit(rest[2:end:end], int(rest[1])); err != nil {
			return err
		}
		rest = rest[end:]
	}
	return nil
}

// A writer fills blocks with itemsets.
type writer struct {
	block   *block
	emit    func(*block) bool
	stopped bool // nobody takes blocks any more
}

// subsets writes path, and path with each choice of at most room of the perfect
// items. The empty itemset is left out.
func (w *writer) subsets(path *path, perfect []Item, support uint32, room int) {
	if len(*path) > 0 {
		w.write(*path, support)
	}
	if room == 0 {
		return
	}
	for i, item := range perfect {
		if w.stopped {
			return
		}
		at := path.push(item)
		w.subsets(path, perfect[i+1:], support, room-1)
		path.remove(at)
	}
}

// write appends one itemset.
func (w *writer) write(path path, support uint32) {
	if len(w.block.words)+2+len(path) > blockWords {
		w.flush()
		w.block = newBlock()
	}
	words := append(w.block.words, uint32(len(path)), support)
	for i := len(path) - 1; i >= 0; i-- {
		words = append(words, path[i])
	}
	w.block.words = words
}

// flush emits the block at hand.
func (w *writer) flush() {
	if !w.stopped {
		w.stopped = !w.emit(w.block)
	}
}
