package mining

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestItemsetsAreThoseOfBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		db := drawDatabase(t)
		opt := ItemsetOptions{
			MinSupport: rapid.IntRange(1, 6).Draw(t, "support"),
			MaxSize:    rapid.IntRange(0, 5).Draw(t, "size"),
			Threads:    rapid.IntRange(1, 3).Draw(t, "threads"),
		}
		found := list(t, db, opt)
		slices.SortFunc(found, func(a, b counted) int { return slices.Compare(a.Items, b.Items) })
		want := bruteForce(db, opt.MinSupport, opt.MaxSize)
		if diff := cmp.Diff(want, found); diff != "" {
			t.Fatalf("-brute force +mined:\n%s", diff)
		}
		n, err := CountItemsets(context.Background(), db, opt)
		if err != nil || n != int64(len(want)) {
			t.Fatalf("CountItemsets = %d, %v; brute force found %d", n, err, len(want))
		}
	})
}

// shapes are databases that take the miner down different paths.
var shapes = []struct {
	name       string
	db         *Transactions
	minSupport int
}{
	{"sparse", randomDatabase(1, 3000, 400, 8, 1.05), 6},
	{"dense", randomDatabase(2, 400, 22, 12, 1.05), 30},
	{"long-tailed", randomDatabase(3, 1500, 20000, 25, 1.4), 18},
	{"long transactions", randomDatabase(4, 40, 60, 40, 1.02), 12},
	{"many equal transactions", repeated(randomDatabase(5, 30, 40, 9, 1.1), 40), 40},
	{"one item", database([]Item{7}, []Item{7}, []Item{7}), 2},
}

// repeated appends the same transactions many times over.
func repeated(db *Transactions, times int) *Transactions {
	all := new(Transactions)
	for range times {
		for t := range db.Len() {
			all.Append(db.At(t)...)
		}
	}
	return all
}

func TestItemsetsOfShapes(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			found := list(t, shape.db, ItemsetOptions{MinSupport: shape.minSupport, Threads: 1})
			supports := map[string]int{}
			for _, f := range found {
				if !slices.IsSorted(f.Items) {
					t.Fatalf("%v is not ascending", f.Items)
				}
				supports[encode(f.Items)] = f.Support
			}
			if len(supports) != len(found) {
				t.Errorf("%d itemsets visited, only %d differ", len(found), len(supports))
			}
			if want := tidsetCount(shape.db, shape.minSupport); int64(len(found)) != want {
				t.Errorf("%d itemsets visited, %d by tidsets", len(found), want)
			}
			if n := count(t, shape.db, ItemsetOptions{MinSupport: shape.minSupport}); n != int64(len(found)) {
				t.Errorf("CountItemsets = %d, %d visited", n, len(found))
			}
			checkSubsets(t, found, supports)
			checkSample(t, shape.db, found)
		})
	}
}

// checkSubsets: a subset of a frequent itemset is frequent, and no less so.
func checkSubsets(t *testing.T, found []counted, supports map[string]int) {
	t.Helper()
	for _, f := range found {
		for i := range f.Items {
			subset := slices.Delete(slices.Clone(f.Items), i, i+1)
			if support, ok := supports[encode(subset)]; len(subset) > 0 && (!ok || support < f.Support) {
				t.Fatalf("%v has support %d, its subset %v %d (found: %v)", f.Items, f.Support, subset, support, ok)
			}
		}
	}
}

// checkSample recounts some of the itemsets in the transactions.
func checkSample(t *testing.T, db *Transactions, found []counted) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for range min(200, len(found)) {
		f := found[random.IntN(len(found))]
		if support := recount(db, f.Items); support != f.Support {
			t.Fatalf("%v has support %d, recounted %d", f.Items, f.Support, support)
		}
	}
}

func TestItemsetsDoNotDependOnThreads(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			for _, size := range []int{0, 3} {
				one := list(t, shape.db, ItemsetOptions{MinSupport: shape.minSupport, MaxSize: size, Threads: 1})
				for _, threads := range []int{2, 5} {
					many := list(t, shape.db, ItemsetOptions{MinSupport: shape.minSupport, MaxSize: size, Threads: threads})
					if !slices.EqualFunc(one, many, func(a, b counted) bool {
						return a.Support == b.Support && slices.Equal(a.Items, b.Items)
					}) {
						t.Errorf("size %d: %d threads visit other itemsets, or in another order, than one", size, threads)
					}
				}
			}
		})
	}
}

func TestMaxSizeOnlyLeavesOutLargerItemsets(t *testing.T) {
	for _, shape := range shapes {
		all := list(t, shape.db, ItemsetOptions{MinSupport: shape.minSupport})
		for size := 1; size <= 4; size++ {
			want := int64(0)
			for _, f := range all {
				if len(f.Items) <= size {
					want++
				}
			}
			if n := count(t, shape.db, ItemsetOptions{MinSupport: shape.minSupport, MaxSize: size}); n != want {
				t.Errorf("%s, size %d: %d itemsets counted, want %d", shape.name, size, n, want)
			}
		}
	}
}

func TestItemsetsDoNotDependOnTheOrderOfTransactions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		db := drawDatabase(t)
		shuffled := new(Transactions)
		for _, i := range rapid.Permutation(slices.Collect(indices(db.Len()))).Draw(t, "order") {
			shuffled.Append(rapid.Permutation(db.At(i)).Draw(t, "transaction")...)
		}
		shuffled.NumItems = db.NumItems
		opt := ItemsetOptions{MinSupport: rapid.IntRange(1, 5).Draw(t, "support")}
		if diff := cmp.Diff(list(t, db, opt), list(t, shuffled, opt)); diff != "" {
			t.Fatalf("-as drawn +shuffled:\n%s", diff)
		}
	})
}

func indices(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// manyEqual is a database of equal transactions: every subset is frequent.
func manyEqual(items, transactions int) *Transactions {
	row := make([]Item, items)
	for i := range row {
		row[i] = Item(i)
	}
	return repeated(database(row), transactions)
}

func TestCountsWithoutListing(t *testing.T) {
	tests := []struct {
		items, maxSize int
		want           int64
	}{
		{62, 0, 1<<62 - 1},
		{63, 0, math.MaxInt64},
		{1000, 1, 1000},
		{1000, 3, 1000 + 1000*999/2 + 1000*999*998/6},
		{62, 61, 1<<62 - 2},
	}
	for _, tt := range tests {
		if n := count(t, manyEqual(tt.items, 3), ItemsetOptions{MinSupport: 3, MaxSize: tt.maxSize}); n != tt.want {
			t.Errorf("%d items, size %d: counted %d, want %d", tt.items, tt.maxSize, n, tt.want)
		}
	}
}

func TestCountThatDoesNotFitIsAnError(t *testing.T) {
	for _, tt := range []struct{ items, maxSize int }{{64, 0}, {90, 0}, {64, 40}, {90, 40}, {1000, 12}} {
		db := manyEqual(tt.items, 2)
		for _, more := range [][]Item{nil, {Item(tt.items)}} { // with items in every transaction, and without
			db.Append(more...)
			n, err := CountItemsets(context.Background(), db, ItemsetOptions{MinSupport: 2, MaxSize: tt.maxSize})
			if err == nil || !strings.Contains(err.Error(), "raise MinSupport") {
				t.Errorf("%d items, size %d: counted %d, error %v", tt.items, tt.maxSize, n, err)
			}
		}
	}
}

func TestVisitErrorEndsTheMining(t *testing.T) {
	enough := errors.New("enough")
	visited := 0
	err := Itemsets(context.Background(), manyEqual(60, 2), ItemsetOptions{MinSupport: 2, Threads: 2}, func([]Item, int) error {
		if visited++; visited == 100_000 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || visited != 100_000 {
		t.Errorf("visited %d, error %v", visited, err)
	}
}

func TestContextEndsTheMining(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err := Itemsets(ctx, manyEqual(60, 2), ItemsetOptions{MinSupport: 2}, func([]Item, int) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the context's", err)
	}
	if _, err := CountItemsets(ctx, database([]Item{1}), ItemsetOptions{MinSupport: 1}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an ended context is not seen: %v", err)
	}
}

func TestProgressEndsWithAllItems(t *testing.T) {
	last := 0
	opt := ItemsetOptions{MinSupport: 6, Threads: 2, Progress: func(done, total int) {
		if done < last || done > total {
			t.Errorf("progress went from %d to %d of %d", last, done, total)
		}
		last = done
	}}
	db := shapes[0].db
	count(t, db, opt)
	frequent := int(count(t, db, ItemsetOptions{MinSupport: 6, MaxSize: 1}))
	if last != frequent {
		t.Errorf("progress ended at %d of %d frequent items", last, frequent)
	}
}

func TestItemsetOptionsAreChecked(t *testing.T) {
	tests := []struct {
		opt  ItemsetOptions
		says string
	}{
		{ItemsetOptions{}, "MinSupport is 0: give a count of transactions, at least 1"},
		{ItemsetOptions{MinSupport: -3}, "MinSupport is -3"},
		{ItemsetOptions{MinSupport: 1, MaxSize: -1}, "MaxSize is -1"},
		{ItemsetOptions{MinSupport: 1, Threads: -1}, "Threads is -1"},
	}
	for _, tt := range tests {
		if _, err := CountItemsets(context.Background(), new(Transactions), tt.opt); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%+v: error %v, want one that says %q", tt.opt, err, tt.says)
		}
	}
}

func TestNothingIsFrequent(t *testing.T) {
	for name, db := range map[string]*Transactions{
		"zero value":             {},
		"empty transactions":     database(nil, nil, nil),
		"all different":          database([]Item{0}, []Item{1}, []Item{2}),
		"fewer than the support": database([]Item{0}),
	} {
		for _, support := range []int{2, math.MaxInt} {
			if n := count(t, db, ItemsetOptions{MinSupport: support}); n != 0 {
				t.Errorf("%s: %d itemsets of support %d", name, n, support)
			}
		}
	}
}
