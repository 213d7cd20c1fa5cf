package ranking

import (
	"cmp"
	"math"
	"slices"
)

// Gain is what a right recommendation counts at index n of a list, as in the
// RecSys Challenge 2018 (Chen, Lamere, Schedl & Zamani): 1 at rank 1 and
// 1/log₂ i from rank 2 on.
func Gain(n int) float64 {
	if n == 0 {
		return 1
	}
	return 1 / math.Log2(float64(n+1))
}

// Ideal is the gain of n right recommendations at the head of a list.
func Ideal(n int) (sum float64) {
	for i := range n {
		sum += Gain(i)
	}
	return sum
}

// slope is the direction in the weights that makes the list's order worse.
func (n *Network) slope(l *List, length int) []float32 {
	own, units := len(n.Scales)-len(l.Request), n.Units()
	given := make([]float32, units)
	n.feed(given, l.Request)
	hidden, scores := make([]float32, len(l.Relevant)*units), make([]float32, len(l.Relevant))
	scoreAll(scores, l.Features, n.Weights, given, n.counts())
	for c := range scores {
		n.values(l.Features[c*own:(c+1)*own], given, hidden[c*units:(c+1)*units])
	}
	slope := &Network{Scales: n.Scales, Weights: make([]float32, len(n.Weights))}
	back := make([]float32, units)
	for c, force := range forces(scores, l, length) {
		if math.Abs(float64(force)) > leastForce {
			n.descend(slope, l.Features[c*own:(c+1)*own], l.Request, hidden[c*units:(c+1)*units], back, force)
		}
	}
	return slope.Weights
}

// descend adds to slope what a candidate's score contributes to it; back is
// room for one number for each unit.
func (n *Network) descend(slope *Network, inputs, request, hidden, back []float32, force float32) {
	counts, biases := slope.counts(), slope.biases()
	for unit, count := range n.counts() {
		counts[unit] += float32(force * hidden[unit])
		back[unit] = force * count
		if hidden[unit] < 0 {
			back[unit] *= leak
		}
		biases[unit] += back[unit]
	}
	for f := range n.Scales {
		var x float32
		if f < len(inputs) {
			x = inputs[f]
		} else {
			x = request[f-len(inputs)]
		}
		row := slope.row(f)
		for unit, b := range back {
			row[unit] += float32(b * x)
		}
	}
}

// forces are by how much each candidate's score should fall. A right candidate
// and a wrong one push each other apart by what the gain would lose if they
// changed places, times how likely it is, by their scores, that they do.
func forces(scores []float32, l *List, length int) []float32 {
	gains := gainsOf(scores, length)
	ideal := float32(Ideal(min(l.Wanted, length)))
	forces := make([]float32, len(scores))
	for right, relevant := range l.Relevant {
		if !relevant {
			continue
		}
		for wrong, relevant := range l.Relevant {
			loss := max(gains[right]-gains[wrong], gains[wrong]-gains[right])
			if relevant || loss < leastLoss || scores[right]-scores[wrong] > surely {
				continue
			}
			force := loss / ideal * sigmoid(scores[wrong]-scores[right])
			forces[right] -= force
			forces[wrong] += force
		}
	}
	return forces
}

// What is not worth the time to learn from it.
const (
	leastLoss  = 1e-3
	leastForce = 1e-5
	surely     = 6 // scores so far apart in the right order
)

// gainsOf is the gain of each candidate's place.
func gainsOf(scores []float32, length int) []float32 {
	order := make([]int, len(scores))
	for c := range order {
		order[c] = c
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b)) })
	gains := make([]float32, len(scores))
	for place, c := range order[:min(length, len(order))] {
		gains[c] = float32(Gain(place))
	}
	return gains
}

// sigmoid goes from 0 to 1, ½ at 0.
func sigmoid(x float32) float32 {
	return float32(1 / (1 + math.Exp(-float64(x))))
}
