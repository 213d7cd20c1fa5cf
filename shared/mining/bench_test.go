package mining

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
)

// A workload is a database with the supports at which it is mined.
type workload struct {
	name     string
	db       *Transactions
	supports []int
}

// generated are seeded workloads by the shape of their input.
func generated() []workload {
	return []workload{
		{"sparse", randomDatabase(11, 50_000, 1_000, 10, 1.02), []int{50, 10}},
		{"dense", randomDatabase(12, 4_000, 60, 50, 1.02), []int{800, 400}},
		{"long-tailed", randomDatabase(13, 5_000, 200_000, 60, 1.3), []int{300, 150}},
	}
}

// fimiSupports are the supports at which the FIMI files are mined.
var fimiSupports = map[string][]int{
	"retail": {10, 3}, "T10I4D100K": {10, 3}, "BMS1": {35}, "BMS2": {20}, "mushroom": {500}, "chess": {1000},
}

func workloads(b *testing.B) []workload {
	all := generated()
	files := fimiFiles(b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		all = append(all, workload{name, files[name], fimiSupports[name]})
	}
	return all
}

func benchmarkItemsets(b *testing.B, mine func(db *Transactions, opt ItemsetOptions) (int64, error)) {
	for _, w := range workloads(b) {
		for _, support := range w.supports {
			for _, threads := range []int{1, 2} {
				b.Run(fmt.Sprintf("shape=%s/support=%d/threads=%d", w.name, support, threads), func(b *testing.B) {
					var sets int64
					for b.Loop() {
						n, err := mine(w.db, ItemsetOptions{MinSupport: support, Threads: threads})
						if err != nil {
							b.Fatal(err)
						}
						sets = n
					}
					b.ReportMetric(float64(sets), "itemsets")
				})
			}
		}
	}
}

func BenchmarkCountItemsets(b *testing.B) {
	benchmarkItemsets(b, func(db *Transactions, opt ItemsetOptions) (int64, error) {
		return CountItemsets(context.Background(), db, opt)
	})
}

func BenchmarkItemsets(b *testing.B) {
	benchmarkItemsets(b, func(db *Transactions, opt ItemsetOptions) (sets int64, err error) {
		err = Itemsets(context.Background(), db, opt, func([]Item, int) error { sets++; return nil })
		return sets, err
	})
}

func BenchmarkMineRules(b *testing.B) {
	for _, w := range generated() {
		for _, opt := range []RuleOptions{
			{MinSupport: 2, MaxSize: 2},
			{MinSupport: 2, MaxSize: 2, MaxRules: 100},
			{MinSupport: w.supports[0], MaxSize: 3, MinConfidence: 0.1},
		} {
			b.Run(fmt.Sprintf("shape=%s/support=%d/size=%d/rules=%d", w.name, opt.MinSupport, opt.MaxSize, opt.MaxRules), func(b *testing.B) {
				found := 0
				for b.Loop() {
					rules, err := MineRules(context.Background(), w.db, opt)
					if err != nil {
						b.Fatal(err)
					}
					found = len(rules.Consequents)
				}
				b.ReportMetric(float64(found), "rules")
				b.ReportMetric(float64(len(w.db.Items)), "entries")
			})
		}
	}
}
