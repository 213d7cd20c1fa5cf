//go:build !amd64

package ranking

// sayLanes adds what eight units say to sums.
func sayLanes(sums *[lanes]float32, inputs, weights []float32, units int, given, counts []float32) {
	sayPortable(sums, inputs, weights, units, given, counts)
}
