package ranking

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// draw gives lists of 50 candidates with two features, and a third of the
// request. Which are right depends on the first, but with many of the third it
// is the other way round; the second says nothing.
func draw(n int) (lists []List) {
	random := rand.New(rand.NewPCG(7, 8))
	for range n {
		l := List{Wanted: 10}
		turned := float32(random.IntN(2))
		l.Request = []float32{5 * turned}
		for range 50 {
			x := random.Float32()
			l.Features = append(l.Features, x, random.Float32())
			l.Relevant = append(l.Relevant, (turned == 0) == (x > 0.8) && (x > 0.8 || x < 0.2))
		}
		lists = append(lists, l)
	}
	return lists
}

func learn(t *testing.T, lists []List) *Network {
	t.Helper()
	n, err := Learn(t.Context(), lists, 3, 20)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLearnsWhatTellsRightFromWrong judges the order on lists that were not
// learned from.
func TestLearnsWhatTellsRightFromWrong(t *testing.T) {
	n := learn(t, draw(2000))
	var gain, ideal float64
	for _, l := range draw(2100)[2000:] {
		right := 0
		for c, g := range gainsOf(n.Score(nil, l.Features, l.Request), 20) {
			if l.Relevant[c] {
				gain += float64(g)
				right++
			}
		}
		ideal += Ideal(min(right, 20))
	}
	if gain < 0.95*ideal {
		t.Errorf("the gain is %.3f of the best possible", gain/ideal)
	}
}

func TestEqualOnAnyNumberOfCores(t *testing.T) {
	want := learn(t, draw(200))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if diff := cmp.Diff(want, learn(t, draw(200))); diff != "" {
		t.Error(diff)
	}
}

func TestLearnEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Learn(ctx, draw(20), 3, 20); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

// TestSlope compares with differences: the slope is that of the sum of forces
// times scores.
func TestSlope(t *testing.T) {
	l := draw(1)[0]
	n := &Network{Scales: []float32{1, 1, 1}, Weights: start(rand.New(rand.NewPCG(1, 2)), 3)}
	scores := func() []float32 { return n.Score(nil, slices.Clone(l.Features), slices.Clone(l.Request)) }
	forces := forces(scores(), &l, 20)
	sum := func() (sum float64) {
		for c, score := range scores() {
			sum += float64(forces[c]) * float64(score)
		}
		return sum
	}
	inputs := l
	inputs.Features, inputs.Request = slices.Clone(l.Features), slices.Clone(l.Request)
	n.scale(inputs.Features, inputs.Request)
	slope := n.slope(&inputs, 20)
	const step = 1e-3
	for i, w := range n.Weights {
		n.Weights[i] = w + step
		above := sum()
		n.Weights[i] = w - step
		below := sum()
		n.Weights[i] = w
		if want := (above - below) / (2 * step); math.Abs(want-float64(slope[i])) > 0.01*math.Abs(want)+2e-3 {
			t.Errorf("slope of weight %d is %v, differences say %v", i, slope[i], want)
		}
	}
}

// TestForces holds that right candidates rise as much as wrong ones fall, and
// that nothing moves beyond the end of the list.
func TestForces(t *testing.T) {
	l := &List{Relevant: []bool{false, true, false, false, true}, Wanted: 2}
	var sum float32
	for c, force := range forces([]float32{5, 4, 3, 2, 1}, l, 3) {
		sum += force
		if l.Relevant[c] != (force < 0) && c != 3 || c == 3 && force != 0 && !l.Relevant[1] {
			t.Errorf("force on candidate %d is %v", c, force)
		}
	}
	if math.Abs(float64(sum)) > 1e-6 {
		t.Errorf("forces add up to %v", sum)
	}
	for c, force := range forces([]float32{5, 4, 3, 2, 1}, &List{Relevant: make([]bool, 5), Wanted: 2}, 3) {
		if force != 0 {
			t.Errorf("nothing is right, yet candidate %d is moved by %v", c, force)
		}
	}
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		n  Network
		ok bool
	}{
		"good":           {Network{[]float32{1}, weights(1, 2, -3)}, true},
		"none":           {Network{[]float32{1}, nil}, true},
		"a unit alone":   {Network{[]float32{1}, []float32{1, 2, -3}}, false},
		"cut short":      {Network{[]float32{1}, weights(1, 2, -3)[1:]}, false},
		"not a number":   {Network{[]float32{1}, weights(1, float32(math.NaN()), 3)}, false},
		"infinite":       {Network{[]float32{float32(math.Inf(1))}, weights(1, 2, 3)}, false},
		"negative scale": {Network{[]float32{-1}, weights(1, 2, 3)}, false},
	} {
		if err := c.n.Check(); (err == nil) != c.ok {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

// weights gives all units the same.
func weights(ofUnit ...float32) (all []float32) {
	for _, w := range ofUnit {
		all = append(all, slices.Repeat([]float32{w}, lanes)...)
	}
	return all
}

// TestLogarithm is exact at powers of two and close to the true one between.
func TestLogarithm(t *testing.T) {
	for x := float32(0); x < 1e6; x = 1.01*x + 0.001 {
		if got, want := float64(logarithm(x)), math.Log2(1+float64(x)); got < want-0.0861 || got > want+1e-6 {
			t.Fatalf("logarithm(%v) is %v, want about %v", x, got, want)
		}
	}
	for _, x := range []float32{0, 1, 3, 7, 1023} {
		if got := logarithm(x); got != float32(math.Log2(1+float64(x))) {
			t.Errorf("logarithm(%v) is %v", x, got)
		}
	}
}

// TestEveryMachineScoresTheSame compares what this one's instructions compute
// with plain code, and both with the hidden units' values, bit for bit.
func TestEveryMachineScoresTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for features := 1; features < 20; features++ {
		n := &Network{Scales: make([]float32, features), Weights: start(random, features)}
		inputs, given, hidden := make([]float32, 3*features), make([]float32, hiddenUnits), make([]float32, hiddenUnits)
		for _, column := range [][]float32{inputs, given} {
			for i := range column {
				column[i] = float32(random.NormFloat64())
			}
		}
		got, portable := make([]float32, 3), make([]float32, 3)
		scoreAll(got, inputs, n.Weights, given, n.counts())
		scorePortable(portable, inputs, n.Weights, given, n.counts())
		for c := range got {
			n.values(inputs[c*features:(c+1)*features], given, hidden)
			var defined [lanes]float32
			for unit, value := range hidden {
				defined[unit%lanes] += float32(value * n.counts()[unit])
			}
			if want := total(&defined); got[c] != want || portable[c] != want {
				t.Errorf("%d features: the score is %v here, %v by plain code, %v by definition", features, got[c], portable[c], want)
			}
		}
	}
}

// TestEveryMachineTakesTheSameLogarithms compares what this one's instructions compute
// with plain code, bit for bit.
func TestEveryMachineTakesTheSameLogarithms(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for features := 1; features < 40; features++ {
		scales, got := make([]float32, features), make([]float32, 3*features)
		for _, column := range [][]float32{scales, got} {
			for i := range column {
				column[i] = float32(math.Exp(10 * random.NormFloat64()))
			}
		}
		clear(got[:features/2])
		portable := slices.Clone(got)
		toInputs(got, scales)
		toInputsPortable(portable, scales)
		if !slices.Equal(got, portable) {
			t.Errorf("%d features: the inputs are %v here, %v by plain code", features, got, portable)
		}
	}
}

func BenchmarkScore(b *testing.B) {
	const candidates, own, request = 100, 15, 5
	n := &Network{Scales: slices.Repeat([]float32{1}, own+request), Weights: start(rand.New(rand.NewPCG(1, 2)), own+request)}
	features, common, scores := make([]float32, candidates*own), make([]float32, request), []float32(nil)
	for b.Loop() {
		scores = n.Score(scores[:0], features, common)
	}
}
