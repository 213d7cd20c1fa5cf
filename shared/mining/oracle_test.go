package mining

import (
	"context"
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// An itemset with its support, as the oracles and the helpers below list them.
type counted struct {
	Items   []Item
	Support int
}

func database(transactions ...[]Item) *Transactions {
	db := new(Transactions)
	for _, t := range transactions {
		db.Append(t...)
	}
	return db
}

// drawDatabase draws a small database with few items, so that itemsets repeat.
func drawDatabase(t *rapid.T) *Transactions {
	items := rapid.IntRange(1, 9).Draw(t, "items")
	transaction := rapid.SliceOfN(rapid.Uint32Range(0, uint32(items-1)), 0, items)
	return database(rapid.SliceOfN(transaction, 0, 24).Draw(t, "transactions")...)
}

// randomDatabase is a seeded database whose items grow rarer as Zipf's law has
// it, so that dense, sparse and long-tailed ones differ only in parameters.
func randomDatabase(seed uint64, transactions, items, meanLength int, skew float64) *Transactions {
	random := rand.New(rand.NewPCG(seed, seed))
	popularity := rand.NewZipf(random, skew, 4, uint64(items-1))
	db := new(Transactions)
	var row []Item
	for range transactions {
		row = row[:0]
		for range 1 + random.IntN(2*meanLength-1) {
			row = append(row, Item(popularity.Uint64()))
		}
		db.Append(row...)
	}
	return db
}

// recount counts the transactions that contain an itemset, one by one.
func recount(db *Transactions, itemset []Item) int {
	n := 0
	for t := range db.Len() {
		if containsAll(db.At(t), itemset) {
			n++
		}
	}
	return n
}

func containsAll(transaction, itemset []Item) bool {
	for _, item := range itemset {
		if !slices.Contains(transaction, item) {
			return false
		}
	}
	return true
}

// bruteForce tries every subset of the items.
func bruteForce(db *Transactions, minSupport, maxSize int) (found []counted) {
	for mask := 1; mask < 1<<db.NumItems; mask++ {
		var itemset []Item
		for item := range db.NumItems {
			if mask>>item&1 == 1 {
				itemset = append(itemset, Item(item))
			}
		}
		if maxSize > 0 && len(itemset) > maxSize {
			continue
		}
		if support := recount(db, itemset); support >= minSupport {
			found = append(found, counted{itemset, support})
		}
	}
	slices.SortFunc(found, func(a, b counted) int { return slices.Compare(a.Items, b.Items) })
	return found
}

// tidsetCount counts the frequent itemsets by intersecting tidsets, the sets of
// transactions that contain an itemset (Zaki 2000), as bit vectors: it shares
// nothing with the miner.
func tidsetCount(db *Transactions, minSupport int) int64 {
	tidsets := make([][]uint64, db.NumItems)
	for t := range db.Len() {
		for _, item := range db.At(t) {
			if tidsets[item] == nil {
				tidsets[item] = make([]uint64, (db.Len()+63)/64)
			}
			tidsets[item][t/64] |= 1 << (t % 64)
		}
	}
	frequent := slices.DeleteFunc(tidsets, func(tids []uint64) bool { return overlap(tids, tids) < minSupport })
	return tidsetExtend(frequent, minSupport)
}

func tidsetExtend(class [][]uint64, minSupport int) int64 {
	sets := int64(len(class))
	for i, tids := range class {
		var extensions [][]uint64
		for _, other := range class[i+1:] {
			if overlap(tids, other) >= minSupport {
				extensions = append(extensions, intersection(tids, other))
			}
		}
		sets += tidsetExtend(extensions, minSupport)
	}
	return sets
}

func overlap(a, b []uint64) (n int) {
	for w, word := range a {
		n += bits.OnesCount64(word & b[w])
	}
	return n
}

func intersection(a, b []uint64) []uint64 {
	both := make([]uint64, len(a))
	for w, word := range a {
		both[w] = word & b[w]
	}
	return both
}

// list collects what Itemsets visits, in order.
func list(t rapid.TB, db *Transactions, opt ItemsetOptions) (found []counted) {
	t.Helper()
	err := Itemsets(context.Background(), db, opt, func(itemset []Item, support int) error {
		found = append(found, counted{slices.Clone(itemset), support})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func count(t testing.TB, db *Transactions, opt ItemsetOptions) int64 {
	t.Helper()
	n, err := CountItemsets(context.Background(), db, opt)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// encode is the itemset as a map's key.
func encode(itemset []Item) string {
	var key []byte
	for _, item := range itemset {
		key = binary.BigEndian.AppendUint32(key, item)
	}
	return string(key)
}
