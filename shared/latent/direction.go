package latent

import (
	"math"

	"segue.dev/shared/mining"
)

// A Direction is a weighted sum of vectors that others are measured against. It
// is made once and used for many requests; the zero value is empty.
type Direction struct {
	sum    []float32
	values []int16 // the sum, quantised
	scale  float32 // of values
}

// Clear empties the direction.
func (d *Direction) Clear() {
	clear(d.sum)
	d.scale = 0
}

// Add adds item i's vector to the direction, so many times. An item without a
// vector adds nothing.
func (v *Vectors) Add(d *Direction, i mining.Item, times float32) {
	if int(i) >= len(v.Scales) {
		return
	}
	vector := v.At(i)
	if len(d.sum) != len(vector) {
		d.sum, d.values = make([]float32, len(vector)), make([]int16, len(vector))
	}
	add(d.sum, vector, times*v.Scales[i])
}

// addPortable adds a vector, so many times, to a sum as long.
func addPortable(sum []float32, vector []int8, times float32) {
	sum = sum[:len(vector)] // so that no index needs a check
	for n, x := range vector {
		sum[n] += float32(times * float32(x))
	}
}

// Point makes the direction ready for Estimates, once all is added.
func (d *Direction) Point() {
	var largest uint32 // the bits without the sign are in the order of the numbers
	for _, x := range d.sum {
		largest = max(largest, math.Float32bits(x)&^(1<<31))
	}
	if d.scale = math.Float32frombits(largest) / math.MaxInt16; d.scale < leastScale {
		d.scale = 0
		clear(d.values)
		return
	}
	round(d.values, d.sum, d.scale)
}

// leastScale is the lowest float32 with all its digits: with less the largest number could
// be more than MaxInt16 times the scale.
const leastScale = 0x1p-126

// roundPortable sets values to the whole numbers nearest to those of a sum as long, in
// parts of scale.
func roundPortable(values []int16, sum []float32, scale float32) {
	values = values[:len(sum)]
	for n, x := range sum {
		values[n] = int16(math.RoundToEven(float64(x / scale)))
	}
}

// Estimates sets estimates[n] to the weighted sum of the estimates for items[n],
// which must have a vector, and the items that were added: the dot product of
// two short vectors. The products are summed as whole numbers, so every machine
// gives the same.
func (v *Vectors) Estimates(estimates []float32, d *Direction, items []mining.Item) {
	if d.scale == 0 {
		clear(estimates)
		return
	}
	var sums [64]int32
	for len(items) > 0 {
		n := min(len(items), len(sums))
		products(sums[:n], d.values, v.Values, items[:n])
		for k, i := range items[:n] {
			estimates[k] = float32(sums[k]) * d.scale * v.Scales[i]
		}
		estimates, items = estimates[n:], items[n:]
	}
}

// MaxSummed is the most dimensions of which Estimates can sum the products: an
// int32 holds so many of an int16 and an int8.
const MaxSummed = 512

// productsPortable sets sums[n] to the dot product of a and the row items[n], of
// rows as long as a, which is MaxSummed at most.
func productsPortable(sums []int32, a []int16, rows []int8, items []mining.Item) {
	for n, i := range items {
		var sum int32
		row := rows[int(i)*len(a):][:len(a)]
		for d, x := range a {
			sum += int32(x) * int32(row[d])
		}
		sums[n] = sum
	}
}
