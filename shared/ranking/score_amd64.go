package ranking

import "golang.org/x/sys/cpu"

// scoreAll is scorePortable, bit for bit.
func scoreAll(scores, inputs, weights, given, counts []float32) {
	if cpu.X86.HasAVX2 && len(scores) > 0 && len(inputs) > 0 {
		scoreAVX2(scores, inputs, weights, given, counts)
		return
	}
	scorePortable(scores, inputs, weights, given, counts)
}

// scoreAVX2 computes eight units at a step. Neither the length of scores nor that of
// inputs is 0.
//
//go:noescape
func scoreAVX2(scores, inputs, weights, given, counts []float32)
