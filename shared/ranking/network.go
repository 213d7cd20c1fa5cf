// Package ranking learns in which order candidates should come.
//
// What speaks for a candidate is a row of numbers, its features: how strong the
// rules are that lead to it, how popular it is, and so on. A Network makes one
// score of them; Learn finds the network under which the candidates that turned
// out right come first.
package ranking

import (
	"fmt"
	"math"
	"slices"
)

// A Network scores candidates: a layer of hidden units over the logarithms of
// the features.
type Network struct {
	// Scales multiply the features before the logarithm is taken.
	Scales []float32
	// Weights are those of each hidden unit, unit after unit: one for each
	// feature, then the bias, then what the unit counts in the score.
	Weights []float32
}

// leak is the slope of a hidden unit below zero; it is 1 above.
const leak = 0.05

// maxWeight is far above what learning gives, and low enough for every score to
// be finite.
const maxWeight = 1e9

// Units is the number of hidden units.
func (n *Network) Units() int { return len(n.Weights) / n.stride() }

// stride is the number of weights of one hidden unit.
func (n *Network) stride() int { return len(n.Scales) + 2 }

// Score appends the score of each row of features to scores. It overwrites the
// features. No feature may be negative.
func (n *Network) Score(scores, features []float32) []float32 {
	n.scale(features)
	for at := 0; at < len(features); at += len(n.Scales) {
		scores = append(scores, n.score(features[at:at+len(n.Scales)], nil))
	}
	return scores
}

// scale turns features into the inputs of the hidden units.
func (n *Network) scale(features []float32) {
	for at := 0; at < len(features); at += len(n.Scales) {
		row := features[at : at+len(n.Scales)]
		for f, scale := range n.Scales {
			row[f] = float32(math.Log1p(float64(row[f] * scale)))
		}
	}
}

// score is the sum of what the hidden units say. Their values are kept in
// hidden, unless it is nil.
func (n *Network) score(inputs, hidden []float32) (sum float32) {
	stride := n.stride()
	for unit := range n.Units() {
		weights := n.Weights[unit*stride : (unit+1)*stride]
		value := dot(inputs, weights) + weights[stride-2]
		if value < 0 {
			value *= leak
		}
		if hidden != nil {
			hidden[unit] = value
		}
		sum += float32(weights[stride-1] * value)
	}
	return sum
}

// dot is the dot product with the first of the weights, summed in a fixed order.
func dot(inputs, weights []float32) float32 {
	weights = weights[:len(inputs)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+3 < len(inputs); i += 4 {
		s0 += float32(inputs[i] * weights[i])
		s1 += float32(inputs[i+1] * weights[i+1])
		s2 += float32(inputs[i+2] * weights[i+2])
		s3 += float32(inputs[i+3] * weights[i+3])
	}
	for ; i < len(inputs); i++ {
		s0 += float32(inputs[i] * weights[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// Check tests that every score will be finite.
func (n *Network) Check() error {
	for _, x := range slices.Concat(n.Scales, n.Weights) {
		if !(x >= -maxWeight && x <= maxWeight) {
			return fmt.Errorf("a weight of the network that ranks is %v", x)
		}
	}
	for _, scale := range n.Scales {
		if scale < 0 {
			return fmt.Errorf("a scale of the network that ranks is %v", scale)
		}
	}
	return nil
}
