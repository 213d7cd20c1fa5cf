package dataset

import "hash/maphash"

// An index numbers different keys as they come. It is a hash table with open
// addressing whose slots are eight bytes: with millions of keys it is the
// misses of the processor's cache that cost, and a lookup has two, the slot
// (most of a small table stays in the cache) and the key.
type index struct {
	seed  maphash.Seed
	slots []slot // a power of two of them, at most 3/4 used
	shift uint   // a key belongs at slots[hash >> shift] or in one that follows
	keys  []string
	read  byte // makes fetch's reading count
}

// A slot holds half of a key's hash, by which the table can grow without
// looking at keys.
type slot struct {
	hash uint32
	next uint32 // 1 + the key's number; 0 if the slot is free
}

const firstSlots = 10 // log₂ of how many

func newIndex() *index {
	return &index{seed: maphash.MakeSeed(), slots: make([]slot, 1<<firstSlots), shift: 32 - firstSlots}
}

func (x *index) hash(key []byte) uint32 { return uint32(maphash.Bytes(x.seed, key)) }

// find returns the number of the key.
func (x *index) find(key []byte) (number uint32, known bool) {
	return x.findHashed(x.hash(key), key)
}

// findHashed finds the key that has that hash.
func (x *index) findHashed(hash uint32, key []byte) (number uint32, known bool) {
	for at := int(hash >> x.shift); ; at++ {
		s := x.slots[at&(len(x.slots)-1)]
		if s.next == 0 {
			return 0, false
		}
		if s.hash == hash && x.keys[s.next-1] == string(key) {
			return s.next - 1, true
		}
	}
}

// fetch reads what find will read for keys with these hashes, as a rule, for
// all of them at once.
func (x *index) fetch(hashes []uint32) {
	var numbers [batchRows]uint32
	for i, hash := range hashes {
		numbers[i] = x.slots[hash>>x.shift].next
	}
	read := byte(0)
	for _, next := range numbers[:len(hashes)] {
		if next == 0 {
			continue
		}
		if key := x.keys[next-1]; len(key) > 0 {
			read += key[0] + key[len(key)-1]
		}
	}
	x.read = read
}

// add numbers a key that is not known.
func (x *index) add(key string) (number uint32) {
	if len(x.keys) >= len(x.slots)/4*3 {
		x.grow()
	}
	x.keys = append(x.keys, key)
	x.put(slot{uint32(maphash.String(x.seed, key)), uint32(len(x.keys))})
	return uint32(len(x.keys) - 1)
}

// put takes the first free slot from where the key belongs.
func (x *index) put(s slot) {
	at := int(s.hash >> x.shift)
	for x.slots[at&(len(x.slots)-1)].next != 0 {
		at++
	}
	x.slots[at&(len(x.slots)-1)] = s
}

// grow doubles the table.
func (x *index) grow() {
	old := x.slots
	x.slots = make([]slot, 2*len(old))
	x.shift--
	for _, s := range old {
		if s.next != 0 {
			x.put(s)
		}
	}
}
