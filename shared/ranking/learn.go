package ranking

import (
	"context"
	"math"
	"math/rand/v2"

	"segue.dev/shared/parallel"
)

// How the network is learned.
const (
	hiddenUnits = 16
	epochs      = 4
	batch       = 16 // lists that one step looks at
	rate        = 0.005
	decay       = 1e-5
)

// A List is what one request could be answered with.
type List struct {
	// Features are those of the candidates, one after the other, Request those of
	// the request. Learn overwrites both.
	Features, Request []float32
	Relevant          []bool // by candidate: it was right
	// Wanted is how many tracks would have been right, candidates or not.
	Wanted int
}

// Learn finds the network whose order of the candidates has the highest
// normalised discounted cumulative gain among the first length, by the
// gradients of LambdaRank (Burges, Ragno & Le, NIPS 2006) and the steps of Adam
// (Kingma & Ba, ICLR 2015). Equal lists give equal networks on every number of
// cores. It ends early, with an error, when ctx does.
func Learn(ctx context.Context, lists []List, features, length int) (*Network, error) {
	n := &Network{Scales: scales(lists, features)}
	for _, l := range lists {
		n.scale(l.Features, l.Request)
	}
	mean, deviation := moments(lists, features)
	for _, l := range lists {
		standardise(l, mean, deviation)
	}
	random := rand.New(rand.NewPCG(1, 2))
	n.Weights = start(random, features)
	a := newAdam(n.Weights, epochs*((len(lists)+batch-1)/batch))
	slopes := make([][]float32, batch)
	for range epochs {
		order := random.Perm(len(lists))
		for ; len(order) > 0; order = order[min(batch, len(order)):] {
			step := order[:min(batch, len(order))]
			parallel.Each(len(step), func(i int) { slopes[i] = n.slope(&lists[step[i]], length) })
			a.step(slopes[:len(step)])
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
	}
	n.unstandardise(mean, deviation)
	return n, nil
}

// each visits all inputs, with what they count: one of the request counts as
// often as there are candidates.
func (l *List) each(features int, visit func(f int, x, count float64)) {
	own := features - len(l.Request)
	for i, x := range l.Features {
		visit(i%own, float64(x), 1)
	}
	for i, x := range l.Request {
		visit(own+i, float64(x), float64(len(l.Relevant)))
	}
}

// scales are such that a feature's logarithm begins to tell at a tenth of its
// mean.
func scales(lists []List, features int) []float32 {
	sums, rows := make([]float64, features), 0.0
	for _, l := range lists {
		rows += float64(len(l.Relevant))
		l.each(features, func(f int, x, count float64) { sums[f] += float64(x * count) })
	}
	s := make([]float32, features)
	for f, sum := range sums {
		if sum > 0 {
			s[f] = float32(10 * rows / sum)
		}
	}
	return s
}

// moments are the mean and the standard deviation of each input.
func moments(lists []List, inputs int) (mean, deviation []float32) {
	sums, squares, rows := make([]float64, inputs), make([]float64, inputs), 0.0
	for _, l := range lists {
		rows += float64(len(l.Relevant))
		l.each(inputs, func(f int, x, count float64) {
			sums[f] += float64(x * count)
			squares[f] += float64(x * x * count)
		})
	}
	mean, deviation = make([]float32, inputs), make([]float32, inputs)
	for f := range inputs {
		m := sums[f] / rows
		mean[f] = float32(m)
		deviation[f] = float32(math.Sqrt(max(squares[f]/rows-float64(m*m), 1e-6)))
	}
	return mean, deviation
}

func standardise(l List, mean, deviation []float32) {
	own := len(mean) - len(l.Request)
	for i := range l.Features {
		l.Features[i] = (l.Features[i] - mean[i%own]) / deviation[i%own]
	}
	for i := range l.Request {
		l.Request[i] = (l.Request[i] - mean[own+i]) / deviation[own+i]
	}
}

// unstandardise makes a network for inputs as they are of one for standardised
// ones.
func (n *Network) unstandardise(mean, deviation []float32) {
	biases := n.biases()
	for f := range mean {
		for unit := range n.row(f) {
			weight := &n.row(f)[unit]
			*weight /= deviation[f]
			biases[unit] -= float32(*weight * mean[f])
		}
	}
}

// start gives pseudo-random weights.
func start(random *rand.Rand, features int) []float32 {
	weights := make([]float32, (features+2)*hiddenUnits)
	biases := features * hiddenUnits
	for i := range weights[:biases] {
		weights[i] = float32(random.NormFloat64() / math.Sqrt(float64(features)))
	}
	for i := range weights[biases+hiddenUnits:] {
		weights[biases+hiddenUnits+i] = float32(random.NormFloat64() / math.Sqrt(hiddenUnits))
	}
	return weights
}

// adam steps against the slope, each weight at a rate of its own.
type adam struct {
	weights        []float32
	mean, variance []float64
	steps, of      int
}

func newAdam(weights []float32, steps int) *adam {
	return &adam{weights: weights, mean: make([]float64, len(weights)), variance: make([]float64, len(weights)), of: steps}
}

// step takes the slopes of some lists. The rate falls from step to step to 0.
func (a *adam) step(slopes [][]float32) {
	a.steps++
	t := float64(a.steps)
	now := rate * (1 - t/float64(a.of+1))
	forgotten, forgottenSquares := 1-math.Pow(0.9, t), 1-math.Pow(0.99, t)
	for i, w := range a.weights {
		slope := decay * float64(w)
		for _, s := range slopes {
			slope += float64(s[i]) / float64(len(slopes))
		}
		a.mean[i] += 0.1 * (slope - a.mean[i])
		a.variance[i] += 0.01 * (slope*slope - a.variance[i])
		a.weights[i] -= float32(now * (a.mean[i] / forgotten) / (math.Sqrt(a.variance[i]/forgottenSquares) + 1e-8))
	}
}
