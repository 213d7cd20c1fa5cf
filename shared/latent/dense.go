package latent

import (
	"math"
	"slices"

	"segue.dev/shared/parallel"
)

// orthonormalise makes the columns orthonormal by modified Gram–Schmidt. A
// column that depends on those before it becomes zero.
func orthonormalise(columns [][]float32) {
	for _, c := range columns {
		if length := norm(c); length != 0 {
			scale(c, 1/length)
		}
	}
	for d, c := range columns {
		// The others were removed from c in their turns. This second time
		// removes what rounding left.
		for _, other := range columns[:d] {
			subtract(c, other, dot(c, other))
		}
		if length := norm(c); length > 1e-4 {
			scale(c, 1/length)
		} else {
			clear(c)
		}
		rest := columns[d+1:]
		parallel.Each(len(rest), func(n int) { subtract(rest[n], c, dot(rest[n], c)) })
	}
}

// dot is the dot product, summed in a fixed order.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+3 < len(a); i += 4 {
		s0 += float32(a[i] * b[i])
		s1 += float32(a[i+1] * b[i+1])
		s2 += float32(a[i+2] * b[i+2])
		s3 += float32(a[i+3] * b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float32(a[i] * b[i])
	}
	return s0 + s1 + s2 + s3
}

func norm(c []float32) float32 { return float32(math.Sqrt(float64(dot(c, c)))) }

func scale(c []float32, by float32) {
	for i := range c {
		c[i] *= by
	}
}

// subtract takes factor × b from a.
func subtract(a, b []float32, factor float32) {
	b = b[:len(a)]
	for i := range a {
		a[i] -= float32(factor * b[i])
	}
}

// gram is CᵀC of the columns.
func gram(columns [][]float32) [][]float64 {
	g := identity(len(columns))
	parallel.Each(len(columns), func(d int) {
		for e := range d + 1 {
			g[d][e] = float64(dot(columns[e], columns[d]))
			g[e][d] = g[d][e]
		}
	})
	return g
}

// combine is the sum of the columns with these weights.
func combine(columns [][]float32, weights []float64) []float32 {
	sum := make([]float32, len(columns[0]))
	for d, c := range columns {
		subtract(sum, c, -float32(weights[d]))
	}
	return sum
}

// inversePower is m^-power of a symmetric matrix without negative eigenvalues;
// the directions in which it is zero stay zero.
func inversePower(m [][]float64, power float64) [][]float64 {
	values, vectors := eigen(m)
	largest := 0.0
	for _, v := range values {
		largest = max(largest, v)
	}
	result := make([][]float64, len(m))
	for i := range result {
		result[i] = make([]float64, len(m))
	}
	for k, value := range values {
		if value <= 1e-9*largest {
			continue
		}
		factor := math.Pow(value, -power)
		for i := range result {
			for j := range result {
				result[i][j] += float64(factor * vectors[k][i] * vectors[k][j])
			}
		}
	}
	return result
}

// eigen gives the eigenvalues of a symmetric matrix and, row by row, their
// eigenvectors. It is Jacobi's cyclic method (Golub & Van Loan, Matrix
// Computations, 8.5): each rotation makes one entry off the diagonal zero, and
// a few sweeps over all of them make the rest vanish.
func eigen(m [][]float64) (values []float64, vectors [][]float64) {
	m, vectors = clone(m), identity(len(m))
	for range 30 {
		if !sweep(m, vectors) {
			break
		}
	}
	values = make([]float64, len(m))
	for i := range m {
		values[i] = m[i][i]
	}
	return values, vectors
}

// sweep rotates each pair of axes once and tells whether any had to be.
func sweep(m, vectors [][]float64) (rotated bool) {
	for p := range m {
		for q := p + 1; q < len(m); q++ {
			if math.Abs(m[p][q]) <= 1e-12*math.Sqrt(math.Abs(m[p][p]*m[q][q]))+1e-300 {
				continue
			}
			rotated = true
			cos, sin := rotation(m[p][p], m[q][q], m[p][q])
			rotate(m[p], m[q], cos, sin)
			for _, row := range m {
				rotateEntry(&row[p], &row[q], cos, sin)
			}
			rotate(vectors[p], vectors[q], cos, sin)
		}
	}
	return rotated
}

// rotation is the one that makes the entry off the diagonal zero.
func rotation(p, q, off float64) (cos, sin float64) {
	theta := (q - p) / (2 * off)
	tan := math.Copysign(1/(math.Abs(theta)+math.Sqrt(1+float64(theta*theta))), theta)
	cos = 1 / math.Sqrt(1+float64(tan*tan))
	return cos, tan * cos
}

func rotate(p, q []float64, cos, sin float64) {
	for i := range p {
		rotateEntry(&p[i], &q[i], cos, sin)
	}
}

// rotateEntry rounds each product by itself: so the result does not depend on
// whether the machine fuses multiplication and addition.
func rotateEntry(p, q *float64, cos, sin float64) {
	*p, *q = float64(cos**p)-float64(sin**q), float64(sin**p)+float64(cos**q)
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
