// Package ranking learns in which order candidates should come.
//
// What speaks for a candidate is a row of numbers, its features: how strong the
// rules are that lead to it, how popular it is, and so on. What the request is
// like is told by a few numbers more, which all its candidates share. A Network
// makes one score of both; Learn finds the network under which the candidates
// that turned out right come first.
package ranking

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// A Network scores candidates: a layer of hidden units over the logarithms of
// the features.
type Network struct {
	// Scales multiply the features before the logarithm is taken: first those of
	// a candidate, then those of the request.
	Scales []float32
	// Weights are, feature by feature, one for each hidden unit; then the units'
	// biases, then what each unit counts in the score.
	Weights []float32
}

const (
	// leak is the slope of a hidden unit below zero; it is 1 above.
	leak = 0.05
	// lanes is how many sums a score is added up in; a network has a multiple of it in
	// hidden units. (It is for twice as many that there are wide instructions.)
	lanes = 8
	// maxWeight is far above what learning gives, and low enough for every score
	// to be finite.
	maxWeight = 1e9
)

// Units is the number of hidden units.
func (n *Network) Units() int { return len(n.Weights) / (len(n.Scales) + 2) }

// row is one weight for each hidden unit: those of a feature, or, behind the
// last feature, the biases and what the units count.
func (n *Network) row(f int) []float32 {
	units := n.Units()
	return n.Weights[f*units : (f+1)*units]
}

func (n *Network) biases() []float32 { return n.row(len(n.Scales)) }
func (n *Network) counts() []float32 { return n.row(len(n.Scales) + 1) }

// Score appends the score of each candidate to scores, given the features of
// the request and, candidate after candidate, theirs. It overwrites the
// features, and memory behind scores. No feature may be negative. It takes
// units × features steps for each candidate.
func (n *Network) Score(scores, candidates, request []float32) []float32 {
	n.scale(candidates, request)
	end := len(scores) + len(candidates)/(len(n.Scales)-len(request))
	all := slices.Grow(scores, end-len(scores)+n.Units())[:end+n.Units()]
	given := all[end:] // what the request gives each unit, in memory that is there anyway
	n.feed(given, request)
	scoreAll(all[len(scores):end], candidates, n.Weights, given, n.counts())
	return all[:end]
}

// feed fills in what the request, the last of the features, gives each unit.
func (n *Network) feed(given, request []float32) {
	copy(given, n.biases())
	for i, x := range request {
		for unit, weight := range n.row(len(n.Scales) - len(request) + i) {
			given[unit] += float32(x * weight)
		}
	}
}

// scale turns features into inputs of the hidden units.
func (n *Network) scale(candidates, request []float32) {
	own := len(n.Scales) - len(request)
	toInputs(candidates, n.Scales[:own])
	toInputs(request, n.Scales[own:])
}

// toInputsPortable turns whole rows of features, each as long as the scales, into inputs.
func toInputsPortable(features, scales []float32) {
	for ; len(features) > 0; features = features[len(scales):] {
		for i, scale := range scales {
			features[i] = logarithm(features[i] * scale)
		}
	}
}

// logarithm is log₂(1+x), but a straight line from each power of two to the
// next (Mitchell, IRE Transactions 1962), as which a number's bits can be read.
// A network that learns from it ranks as well as from a true one, in a tenth of
// the time, and every machine computes the same.
func logarithm(x float32) float32 {
	const one, unit = 127 << 23, 1 << 23
	return float32(int32(math.Float32bits(1+x))-one) * (1.0 / unit)
}

// scorePortable sets the score of each candidate: the sum of the hidden units' values,
// each times what the unit counts. Weights has, input by input, one for each unit.
// Units are computed by lanes, side by side, so that no sum waits for another.
func scorePortable(scores, inputs, weights, given, counts []float32) {
	units, length := len(given), len(inputs)/max(1, len(scores))
	for k := range scores {
		var sums [lanes]float32
		own := inputs[k*length:][:length]
		for first := 0; first < units; first += lanes {
			h := [lanes]float32(given[first:])
			for i, x := range own {
				for lane, weight := range weights[i*units+first:][:lanes] {
					h[lane] += float32(x * weight)
				}
			}
			for lane, count := range counts[first:][:lanes] {
				sums[lane] += float32(count * max(h[lane], float32(leak*h[lane])))
			}
		}
		scores[k] = total(&sums)
	}
}

// total adds up in a fixed order.
func total(s *[lanes]float32) float32 {
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// values are the hidden units' values.
func (n *Network) values(inputs, given, hidden []float32) {
	copy(hidden, given)
	for f, x := range inputs {
		for unit, weight := range n.row(f) {
			hidden[unit] += float32(x * weight)
		}
	}
	for unit, value := range hidden {
		hidden[unit] = max(value, float32(leak*value))
	}
}

// Check tests that the network is whole and that every score will be finite.
func (n *Network) Check() error {
	if units := n.Units(); units%lanes != 0 || len(n.Weights) != units*(len(n.Scales)+2) {
		return errors.New("the network that ranks has no whole number of units")
	}
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
