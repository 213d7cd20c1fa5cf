package latent

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"segue.dev/shared/mining"
)

// TestProducts holds every way to multiply to the plain one.
func TestProducts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dimensions := rapid.SampledFrom([]int{0, 1, 31, 32, 64, 96, 100, 128}).Draw(rt, "dimensions")
		n := rapid.IntRange(1, 40).Draw(rt, "rows")
		a := rapid.SliceOfN(rapid.Int16(), dimensions, dimensions).Draw(rt, "a")
		rows := rapid.SliceOfN(rapid.Int8(), n*dimensions, n*dimensions).Draw(rt, "values")
		items := rapid.SliceOf(rapid.Uint32Range(0, uint32(n-1))).Draw(rt, "items")
		sums, portable := make([]int32, len(items)), make([]int32, len(items))
		products(sums, a, rows, items)
		productsPortable(portable, a, rows, items)
		for k, i := range items {
			var want int32
			for d := range a {
				want += int32(a[d]) * int32(rows[int(i)*dimensions+d])
			}
			if sums[k] != want || portable[k] != want {
				rt.Fatalf("product %d is %d, by plain code %d, want %d", k, sums[k], portable[k], want)
			}
		}
	})
}

// TestDirection holds every way to add vectors, and to round their sum, to the plain one.
func TestDirection(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dimensions := rapid.SampledFrom([]int{0, 1, 7, 8, 31, 32, 96, 100}).Draw(rt, "dimensions")
		sum := rapid.SliceOfN(rapid.Float32Range(-1e6, 1e6), dimensions, dimensions).Draw(rt, "sum")
		vector := rapid.SliceOfN(rapid.Int8(), dimensions, dimensions).Draw(rt, "vector")
		times := rapid.Float32Range(-100, 100).Draw(rt, "times")
		portable := slices.Clone(sum)
		add(sum, vector, times)
		addPortable(portable, vector, times)
		if !slices.Equal(sum, portable) {
			rt.Fatalf("the sum is %v, by plain code %v", sum, portable)
		}
		const most = math.MaxInt16
		parts := rapid.OneOf(rapid.Float32Range(-most, most), rapid.Map(rapid.Int16Range(-most, most-1), func(n int16) float32 { return float32(n) + 0.5 }))
		scale := rapid.SampledFrom([]float32{0.001, 1, 3, 64}).Draw(rt, "scale")
		for i := range sum {
			sum[i] = parts.Draw(rt, "part") * scale
		}
		values, plain := make([]int16, dimensions), make([]int16, dimensions)
		round(values, sum, scale)
		roundPortable(plain, sum, scale)
		if !slices.Equal(values, plain) {
			rt.Fatalf("rounded it is %v, by plain code %v", values, plain)
		}
	})
}

// TestLargestProduct cannot overflow.
func TestLargestProduct(t *testing.T) {
	a, b := make([]int16, 512), make([]int8, 512)
	for i := range a {
		a[i], b[i] = math.MinInt16, math.MinInt8
	}
	a[0] = 0
	sums := make([]int32, 1)
	if products(sums, a, b, []mining.Item{0}); sums[0] != 511<<22 {
		t.Errorf("product is %d, want %d", sums[0], 511<<22)
	}
}

// TestEstimate compares with the definition.
func TestEstimate(t *testing.T) {
	v := &Vectors{Scales: []float32{0.5, 2, 0.1}, Values: []int8{1, 2, 3, -4, 5, 127, 0, -128, 7}}
	var d Direction
	for range 2 { // a cleared direction is as good as new
		d.Clear()
		v.Add(&d, 0, 3)
		v.Add(&d, 1, 1)
		v.Add(&d, 3, 1) // has no vector
		d.Point()
		for i := range mining.Item(3) {
			var want float64
			for n := range 3 {
				sum := 3*0.5*float64(v.At(0)[n]) + 2*float64(v.At(1)[n])
				want += sum * float64(v.At(i)[n]) * float64(v.Scales[i])
			}
			estimates := []float32{0, 0}
			v.Estimates(estimates, &d, []mining.Item{2, i})
			if got := float64(estimates[1]); math.Abs(got-want) > 1e-4*math.Abs(want)+0.2 {
				t.Errorf("estimate for item %d is %v, want %v", i, got, want)
			}
		}
	}
	d.Clear()
	estimates := []float32{7}
	if v.Estimates(estimates, &d, []mining.Item{1}); estimates[0] != 0 {
		t.Error("an empty direction estimates something")
	}
}

// TestTinyVectors have a direction whose scale would have lost digits.
func TestTinyVectors(t *testing.T) {
	v := &Vectors{Scales: []float32{40_000 * math.SmallestNonzeroFloat32}, Values: slices.Repeat([]int8{1}, 8)}
	var d Direction
	v.Add(&d, 0, 1)
	d.Point()
	estimates := []float32{7}
	if v.Estimates(estimates, &d, []mining.Item{0}); estimates[0] != 0 {
		t.Errorf("the estimate is %v", estimates[0])
	}
}

func BenchmarkEstimates(b *testing.B) {
	const items = 50_000
	v := &Vectors{Scales: slices.Repeat([]float32{1}, items), Values: make([]int8, items*MaxDimensions)}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range v.Values {
		v.Values[i] = int8(random.Uint32())
	}
	var d Direction
	v.Add(&d, 1, 1)
	d.Point()
	asked, estimates := make([]mining.Item, 200), make([]float32, 200)
	for b.Loop() {
		for n := range asked {
			asked[n] = random.Uint32N(items)
		}
		v.Estimates(estimates, &d, asked)
	}
}
