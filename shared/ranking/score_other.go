//go:build !amd64

package ranking

// scoreAll sets the score of each candidate.
func scoreAll(scores, inputs, weights, given, counts []float32) {
	scorePortable(scores, inputs, weights, given, counts)
}

// toInputs turns features into inputs.
func toInputs(features, scales []float32) { toInputsPortable(features, scales) }
