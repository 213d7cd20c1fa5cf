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
	"runtime"
	"slices"
	"sync"

	"segue.dev/shared/mining"
)

const (
	// MaxDimensions is the most dimensions that Train keeps.
	MaxDimensions = 128
	// sweeps of subspace iteration. The singular values fall fast, and more
	// sweeps change no figure of quality.
	sweeps = 5
	// discount of frequent items: a column is scaled by support^-discount.
	discount = 0.1
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

// Train gives the vectors of the first items, which are the most frequent ones.
// It takes subspace iteration from a fixed start (Halko, Martinsson & Tropp,
// SIAM Review 2011): equal databases give equal vectors on every number of
// cores. Time is sweeps × dimensions × entries, memory 4 bytes × dimensions ×
// (transactions + items). It ends early, with an error, when ctx does.
func Train(ctx context.Context, db *mining.Transactions, items int) (*Vectors, error) {
	x := newMatrix(db, items)
	n := min(MaxDimensions, x.rows(), items)
	q := start(x.rows(), n)
	for range sweeps {
		orthonormalise(q)
		each(n, func(d int) { q[d] = x.times(x.transposedTimes(q[d])) })
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	orthonormalise(q)
	b := make([][]float32, n) // by dimension: one value per item
	each(n, func(d int) { b[d] = x.transposedTimes(q[d]) })
	// X ≈ QBᵀ, so VΣVᵀ = B(BᵀB)^-½Bᵀ.
	power := inversePower(gram(b), 0.25)
	vectors := make([][]float32, n)
	each(n, func(d int) { vectors[d] = combine(b, power[d]) })
	return quantise(vectors, items), ctx.Err()
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

// quantise turns columns by dimension into one vector of bytes per item.
func quantise(columns [][]float32, items int) *Vectors {
	v := &Vectors{Scales: make([]float32, items), Values: make([]int8, items*len(columns))}
	if len(columns) == 0 {
		return new(Vectors)
	}
	for i := range v.Scales {
		var largest float32
		for _, c := range columns {
			largest = max(largest, c[i], -c[i])
		}
		if largest == 0 {
			continue
		}
		v.Scales[i] = largest / math.MaxInt8
		at := v.At(mining.Item(i))
		for d, c := range columns {
			at[d] = int8(math.Round(float64(c[i] / v.Scales[i])))
		}
	}
	return v
}

// each calls f(0) … f(n-1) on all cores. The calls must not depend on each
// other, so that their order does not show.
func each(n int, f func(int)) {
	var group sync.WaitGroup
	next := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}

// matrix is X, sparse, by transaction. Its scale is such that the typical entry
// of a transaction counts 1: the estimates are comparable to supports.
type matrix struct {
	items   []mining.Item
	offsets []int
	weights []float32 // by transaction
	columns []float32 // by item
}

func newMatrix(db *mining.Transactions, items int) *matrix {
	m := &matrix{offsets: []int{0}, columns: make([]float32, items)}
	for i, support := range db.Supports()[:items] {
		m.columns[i] = float32(math.Pow(float64(max(support, 1)), -discount))
	}
	var entries, weighted float64
	for t := range db.Len() {
		row := db.At(t)
		for _, i := range row {
			if int(i) < items {
				m.items = append(m.items, i)
			}
		}
		m.offsets = append(m.offsets, len(m.items))
		m.weights = append(m.weights, float32(1/math.Sqrt(float64(max(len(row), 1)))))
		entries += float64(len(row))
		weighted += math.Sqrt(float64(len(row)))
	}
	for t := range m.weights {
		m.weights[t] *= float32(entries / max(weighted, 1))
	}
	return m
}

func (m *matrix) rows() int { return len(m.weights) }

func (m *matrix) row(t int) []mining.Item { return m.items[m.offsets[t]:m.offsets[t+1]] }

// times is Xv.
func (m *matrix) times(v []float32) []float32 {
	product := make([]float32, m.rows())
	for t := range product {
		var sum float32
		for _, i := range m.row(t) {
			sum += float32(v[i] * m.columns[i])
		}
		product[t] = sum * m.weights[t]
	}
	return product
}

// transposedTimes is Xᵀv.
func (m *matrix) transposedTimes(v []float32) []float32 {
	product := make([]float32, len(m.columns))
	for t := range m.rows() {
		w := v[t] * m.weights[t]
		for _, i := range m.row(t) {
			product[i] += w
		}
	}
	for i := range product {
		product[i] *= m.columns[i]
	}
	return product
}

// identity is the n × n identity matrix.
func identity(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
		m[i][i] = 1
	}
	return m
}

// clone copies a matrix.
func clone(m [][]float64) [][]float64 {
	c := make([][]float64, len(m))
	for i := range m {
		c[i] = slices.Clone(m[i])
	}
	return c
}
