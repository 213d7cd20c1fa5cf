package latent

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"segue.dev/shared/mining"
)

// communities are playlists of two tastes that share no item: even ones and
// odd ones.
func communities() *mining.Transactions {
	db := &mining.Transactions{NumItems: 40}
	random := rand.New(rand.NewPCG(3, 4))
	for t := range 200 {
		var list []mining.Item
		for _, n := range random.Perm(20)[:6] {
			list = append(list, mining.Item(2*n+t%2))
		}
		db.Append(list...)
	}
	return db
}

func train(t *testing.T, db *mining.Transactions, items int) *Vectors {
	t.Helper()
	v, err := Train(t.Context(), db, items)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// estimate is what two vectors say of their items.
func estimate(v *Vectors, i, j mining.Item) float64 {
	var sum float64
	for d, x := range v.At(i) {
		sum += float64(x) * float64(v.At(j)[d])
	}
	return sum * float64(v.Scales[i]) * float64(v.Scales[j])
}

func TestTastesAreToldApart(t *testing.T) {
	v := train(t, communities(), 40)
	var same, other float64
	for i := range mining.Item(40) {
		for j := range mining.Item(40) {
			if (i+j)%2 == 0 {
				same += estimate(v, i, j)
			} else {
				other += math.Abs(estimate(v, i, j))
			}
		}
	}
	if other > same/10 {
		t.Errorf("estimates add up to %v inside a taste, %v across", same, other)
	}
}

func TestEqualOnAnyNumberOfCores(t *testing.T) {
	want := train(t, communities(), 30)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if diff := cmp.Diff(want, train(t, communities(), 30)); diff != "" {
		t.Error(diff)
	}
}

func TestSmallDatabases(t *testing.T) {
	one := new(mining.Transactions)
	one.Append(0, 1)
	one.Append(0, 1)
	for name, c := range map[string]struct {
		db    *mining.Transactions
		items int
	}{"none": {new(mining.Transactions), 0}, "no frequent item": {one, 0}, "equal rows": {one, 2}} {
		v := train(t, c.db, c.items)
		for i, scale := range v.Scales {
			if !(scale >= 0) || math.IsInf(float64(scale), 0) {
				t.Errorf("%s: scale %d is %v", name, i, scale)
			}
		}
		if len(v.Scales)*v.Dimensions() != len(v.Values) {
			t.Errorf("%s: %d values for %d items", name, len(v.Values), len(v.Scales))
		}
	}
}

// TestInversePower multiplies a matrix with its inverse root, twice.
func TestInversePower(t *testing.T) {
	m := [][]float64{{4, 1, 0}, {1, 3, 1}, {0, 1, 2}}
	root := inversePower(m, 0.5)
	product := multiply(multiply(root, m), root)
	for i := range product {
		for j := range product {
			want := 0.0
			if i == j {
				want = 1
			}
			if math.Abs(product[i][j]-want) > 1e-9 {
				t.Fatalf("m^-½ m m^-½ is %v", product)
			}
		}
	}
}

func multiply(a, b [][]float64) [][]float64 {
	product := make([][]float64, len(a))
	for i := range a {
		product[i] = make([]float64, len(b[0]))
		for j := range b[0] {
			for k := range b {
				product[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return product
}

// many are transactions of one or two of four items.
func many(transactions int) *mining.Transactions {
	db := &mining.Transactions{NumItems: 4}
	random := rand.New(rand.NewPCG(3, 4))
	for range transactions {
		i := random.Uint32N(4)
		db.Append(i, i^random.Uint32N(2))
	}
	return db
}

// TestMoreTransactionsThanAreLookedAt: the estimates grow as they would if all
// transactions were looked at.
func TestMoreTransactionsThanAreLookedAt(t *testing.T) {
	growth := math.Pow(2, 0.5-discount) // of the singular values and of the columns' scales
	half, whole := train(t, many(MaxTransactions), 4), train(t, many(2*MaxTransactions), 4)
	for i := range mining.Item(4) {
		for j := range i + 1 {
			want, got := growth*estimate(half, i, j), estimate(whole, i, j)
			if math.Abs(got-want) > 0.02*growth*estimate(half, i, i) {
				t.Errorf("the estimate for %d and %d is %v, want about %v", i, j, got, want)
			}
		}
	}
}

func TestMoreItemsThanGetAVector(t *testing.T) {
	db := many(10)
	db.NumItems = MaxItems + 1
	if v := train(t, db, db.NumItems); len(v.Scales) != MaxItems || v.Dimensions() == 0 {
		t.Errorf("%d items have a vector of %d dimensions", len(v.Scales), v.Dimensions())
	}
}
