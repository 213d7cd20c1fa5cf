package latent

import (
	"math"
	"math/rand/v2"

	"segue.dev/shared/mining"
)

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
	rows := min(db.Len(), MaxTransactions)
	random := rand.New(rand.NewPCG(3, 4))
	for n := range rows {
		first, end := n*db.Len()/rows, (n+1)*db.Len()/rows
		row := db.At(first + random.IntN(end-first))
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
	// Singular values grow with the square root of the number of transactions.
	missing := math.Sqrt(float64(db.Len()) / float64(max(rows, 1)))
	for n := range m.weights {
		m.weights[n] *= float32(entries / max(weighted, 1) * missing)
	}
	return m
}

func (m *matrix) rows() int { return len(m.weights) }

func (m *matrix) row(t int) []mining.Item { return m.items[m.offsets[t]:m.offsets[t+1]] }

// panel is how many vectors are multiplied at once: each entry of the matrix is
// then looked up once for all of them. A panel holds its vectors interleaved;
// those that are missing are zero.
const panel = 8

// times is Xv for each of up to panel vectors v.
func (m *matrix) times(vectors [][]float32) [][]float32 {
	scaled := interleave(vectors, m.columns)
	product := make([]float32, m.rows()*panel)
	for t := range m.rows() {
		var s0, s1, s2, s3, s4, s5, s6, s7 float32
		for _, i := range m.row(t) {
			v := (*[panel]float32)(scaled[int(i)*panel:])
			s0 += v[0]
			s1 += v[1]
			s2 += v[2]
			s3 += v[3]
			s4 += v[4]
			s5 += v[5]
			s6 += v[6]
			s7 += v[7]
		}
		*(*[panel]float32)(product[t*panel:]) = [panel]float32{s0, s1, s2, s3, s4, s5, s6, s7}
	}
	return separate(product, m.weights, len(vectors))
}

// transposedTimes is Xᵀv for each of up to panel vectors v.
func (m *matrix) transposedTimes(vectors [][]float32) [][]float32 {
	weighted := interleave(vectors, m.weights)
	product := make([]float32, len(m.columns)*panel)
	for t := range m.rows() {
		w := (*[panel]float32)(weighted[t*panel:])
		w0, w1, w2, w3, w4, w5, w6, w7 := w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]
		for _, i := range m.row(t) {
			p := (*[panel]float32)(product[int(i)*panel:])
			p[0] += w0
			p[1] += w1
			p[2] += w2
			p[3] += w3
			p[4] += w4
			p[5] += w5
			p[6] += w6
			p[7] += w7
		}
	}
	return separate(product, m.columns, len(vectors))
}

// interleave makes a panel of the vectors, each times the diagonal matrix.
func interleave(vectors [][]float32, diagonal []float32) []float32 {
	p := make([]float32, len(diagonal)*panel)
	for d, v := range vectors {
		for i, factor := range diagonal {
			p[i*panel+d] = v[i] * factor
		}
	}
	return p
}

// separate takes the first n vectors out of a panel, each times the diagonal
// matrix.
func separate(p, diagonal []float32, n int) [][]float32 {
	vectors := make([][]float32, n)
	for d := range vectors {
		vectors[d] = make([]float32, len(diagonal))
		for i, factor := range diagonal {
			vectors[d][i] = p[i*panel+d] * factor
		}
	}
	return vectors
}
