package ranking

import "golang.org/x/sys/cpu"

// sayLanes is sayPortable, bit for bit.
func sayLanes(sums *[lanes]float32, inputs, weights []float32, units int, given, counts []float32) {
	if cpu.X86.HasAVX2 {
		sayAVX2(sums, inputs, weights, units, given, counts)
		return
	}
	sayPortable(sums, inputs, weights, units, given, counts)
}

// sayAVX2 computes all eight units at a step.
//
//go:noescape
func sayAVX2(sums *[lanes]float32, inputs, weights []float32, units int, given, counts []float32)
