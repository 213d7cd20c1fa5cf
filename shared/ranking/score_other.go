//go:build !amd64

package ranking

// scoreAll is scorePortable.
func scoreAll(scores, inputs, weights, given, counts []float32) {
	scorePortable(scores, inputs, weights, given, counts)
}

// toInputs is toInputsPortable.
func toInputs(features, scales []float32) { toInputsPortable(features, scales) }
