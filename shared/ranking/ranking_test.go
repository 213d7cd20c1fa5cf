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

// draw gives lists of 50 candidates with three features. Which are right
// depends on the first, but with many of the second it is the other way round;
// the third says nothing.
func draw(n int) (lists []List) {
	random := rand.New(rand.NewPCG(7, 8))
	for range n {
		l := List{Wanted: 10}
		turned := float32(random.IntN(2))
		for range 50 {
			x := random.Float32()
			l.Features = append(l.Features, x, 5*turned, random.Float32())
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
		for c, g := range gainsOf(n.Score(nil, l.Features), 20) {
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
	scores := func() []float32 { return n.Score(nil, slices.Clone(l.Features)) }
	forces := forces(scores(), &l, 20)
	sum := func() (sum float64) {
		for c, score := range scores() {
			sum += float64(forces[c]) * float64(score)
		}
		return sum
	}
	inputs := l
	inputs.Features = slices.Clone(l.Features)
	n.scale(inputs.Features)
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
		"good":           {Network{[]float32{1}, []float32{1, 2, -3}}, true},
		"not a number":   {Network{[]float32{1}, []float32{1, float32(math.NaN()), 3}}, false},
		"infinite":       {Network{[]float32{float32(math.Inf(1))}, []float32{1, 2, 3}}, false},
		"negative scale": {Network{[]float32{-1}, []float32{1, 2, 3}}, false},
	} {
		if err := c.n.Check(); (err == nil) != c.ok {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}
