// Package latent finds what transactions have in common beyond the pairs that
// they hold: a low-rank estimate of how often two items occur together.
//
// Counting says nothing of two items that never met, and little of two that met
// once. Both may have met the same third items, though. With X the matrix of
// transactions × items, whose entry is 1/√length of the transaction, the
// truncated singular value decomposition X ≈ UΣVᵀ keeps the directions that
// many transactions share and drops the rest as noise (PureSVD: Cremonesi,
// Koren & Turrin, RecSys 2010). The estimate for items i and j is (VΣVᵀ)ᵢⱼ, a
// dot product of two short vectors.
package latent

import (
	"context"
	"math"
	"math/rand/v2"

	"segue.dev/shared/mining"
	"segue.dev/shared/parallel"
)

const (
	// MaxDimensions is the most dimensions that Train keeps.
	MaxDimensions = 96
	// sweeps of subspace iteration. The singular values fall fast, and more
	// sweeps change no figure of quality.
	sweeps = 5
	// discount of frequent items: a column is scaled by support^-discount.
	discount = 0.1
)

// The most transactions that are looked at, one drawn from each of as many equal
// stretches of the database, and the most items that get a vector. More transactions hardly move the
// directions that many of them share, and of rarer items rules say all that is
// known; so time and memory are bounded however large the database is.
const (
	MaxTransactions = 100_000
	MaxItems        = 500_000
)

// Vectors are the items' places in the low-rank space, quantised to bytes. The
// estimate for items i and j is
//
//	Scales[i]·Scales[j]·Σ_d At(i)[d]·At(j)[d]
//
// Items 0 … len(Scales)-1 have a vector, all others are unknown to it.
type Vectors struct {
	Scales []float32 // by item
	Values []int8    // item after item, Dimensions each
}

// Dimensions is the length of one item's vector.
func (v *Vectors) Dimensions() int {
	if len(v.Scales) == 0 {
		return 0
	}
	return len(v.Values) / len(v.Scales)
}

// At is the vector of item i, without its scale.
func (v *Vectors) At(i mining.Item) []int8 {
	n := v.Dimensions()
	return v.Values[int(i)*n : (int(i)+1)*n]
}

// Train gives the vectors of the first items, at most MaxItems, which are the
// most frequent ones. It takes subspace iteration from a fixed start (Halko,
// Martinsson & Tropp, SIAM Review 2011): equal databases give equal vectors on
// every number of cores. Time is sweeps × dimensions × (entries + dimensions ×
// transactions), memory 4 bytes × dimensions × (transactions + items). It ends
// early, with an error, when ctx does.
func Train(ctx context.Context, db *mining.Transactions, items int) (*Vectors, error) {
	items = min(items, MaxItems)
	x := newMatrix(db, items)
	n := min(MaxDimensions, x.rows(), items)
	q := start(x.rows(), n)
	for range sweeps {
		orthonormalise(q)
		eachPanel(n, func(first, end int) { copy(q[first:end], x.times(x.transposedTimes(q[first:end]))) })
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	orthonormalise(q)
	b := make([][]float32, n) // by dimension: one value per item
	eachPanel(n, func(first, end int) { copy(b[first:end], x.transposedTimes(q[first:end])) })
	// X ≈ QBᵀ, so VΣVᵀ = B(BᵀB)^-½Bᵀ.
	power := inversePower(gram(b), 0.25)
	return quantise(b, power, items), ctx.Err()
}

// start gives n pseudo-random columns of that length.
func start(length, n int) [][]float32 {
	random := rand.New(rand.NewPCG(1, 2))
	columns := make([][]float32, n)
	for d := range columns {
		columns[d] = make([]float32, length)
		for i := range columns[d] {
			columns[d][i] = random.Float32() - 0.5
		}
	}
	return columns
}

// quantise turns the columns Bᵀ·power, one per dimension, into a vector of bytes
// per item: block by block of items, so that a block stays in the cache while
// all its columns are summed up.
func quantise(b [][]float32, power [][]float64, items int) *Vectors {
	if len(b) == 0 {
		return new(Vectors)
	}
	const block = 1024
	v := &Vectors{Scales: make([]float32, items), Values: make([]int8, items*len(b))}
	parallel.Each((items+block-1)/block, func(n int) {
		first, end := n*block, min((n+1)*block, items)
		part := make([][]float32, len(b))
		for d, column := range b {
			part[d] = column[first:end]
		}
		columns := make([][]float32, len(b))
		for d := range columns {
			columns[d] = combine(part, power[d])
		}
		for i := range end - first {
			v.set(mining.Item(first+i), columns, i)
		}
	})
	return v
}

// set makes the numbers at index n of the columns the vector of an item.
func (v *Vectors) set(item mining.Item, columns [][]float32, n int) {
	var largest float32
	for _, c := range columns {
		largest = max(largest, c[n], -c[n])
	}
	if largest == 0 {
		return
	}
	v.Scales[item] = largest / math.MaxInt8
	for d, c := range columns {
		v.At(item)[d] = int8(math.Round(float64(c[n] / v.Scales[item])))
	}
}

// eachPanel calls f on all cores for ranges that make up 0 … n-1.
func eachPanel(n int, f func(first, end int)) {
	parallel.Each((n+panel-1)/panel, func(p int) { f(p*panel, min((p+1)*panel, n)) })
}
