package rules

// bitset is a set of numbers: small enough to stay in the processor's cache
// where a column of them would not.
type bitset []uint64

func newBitset(numbers int) bitset { return make(bitset, (numbers+63)/64) }

func (b bitset) set(n uint32) { b[n/64] |= 1 << (n % 64) }

func (b bitset) has(n uint32) bool { return b[n/64]&(1<<(n%64)) != 0 }
