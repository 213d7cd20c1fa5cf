package ranking

import "golang.org/x/sys/cpu"

// scoreAll gives the same bits as scorePortable.
func scoreAll(scores, inputs, weights, given, counts []float32) {
	if len(scores) == 0 {
		return
	}
	length := len(inputs) / len(scores)
	if !cpu.X86.HasAVX2 || length == 0 || len(given) == 0 || len(given)%(2*lanes) != 0 {
		scorePortable(scores, inputs, weights, given, counts)
		return
	}
	// The assembly checks no bounds.
	scoreAVX2(scores, inputs[:length*len(scores)], weights[:length*len(given)], given, counts[:len(given)])
}

// scoreAVX2 computes sixteen units at a time. It checks nothing: there must be a score
// and an input of it, whole groups of sixteen units, a weight for each input and unit,
// and a count for each unit.
//
//go:noescape
func scoreAVX2(scores, inputs, weights, given, counts []float32)

// toInputs gives the same bits as toInputsPortable.
func toInputs(features, scales []float32) {
	if !cpu.X86.HasAVX2 || len(scales) < 8 || len(features)%len(scales) != 0 {
		toInputsPortable(features, scales)
		return
	}
	toInputsAVX2(features, scales)
}

// toInputsAVX2 takes eight features at a time. It checks nothing: the rows must be whole, and
// have eight features at least.
//
//go:noescape
func toInputsAVX2(features, scales []float32)
