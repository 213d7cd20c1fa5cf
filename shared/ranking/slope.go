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
	inputs, units := len(n.Scales), n.Units()
	hidden, scores := make([]float32, len(l.Relevant)*units), make([]float32, len(l.Relevant))
	for c := range scores {
		scores[c] = n.score(l.Features[c*inputs:(c+1)*inputs], hidden[c*units:(c+1)*units])
	}
	slope := make([]float32, len(n.Weights))
	for c, force := range forces(scores, l, length) {
		if math.Abs(float64(force)) > leastForce {
			n.descend(slope, l.Features[c*inputs:(c+1)*inputs], hidden[c*units:(c+1)*units], force)
		}
	}
	return slope
}

// descend adds to slope what a candidate's score contributes to it.
func (n *Network) descend(slope, inputs, hidden []float32, force float32) {
	stride := n.stride()
	for unit, value := range hidden {
		s := slope[unit*stride : (unit+1)*stride]
		s[stride-1] += float32(force * value)
		back := force * n.Weights[unit*stride+stride-1]
		if value < 0 {
			back *= leak
		}
		s[stride-2] += back
		for f, x := range inputs {
			s[f] += float32(back * x)
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
