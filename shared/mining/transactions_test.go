package mining

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAppendDropsRepeatsAndKeepsOrder(t *testing.T) {
	var db Transactions
	db.Append(5, 2, 5, 9, 2)
	db.Append()
	db.Append(2, 2, 2)
	want := Transactions{Items: []Item{5, 2, 9, 2}, Offsets: []int{0, 3, 3, 4}, NumItems: 10}
	if diff := cmp.Diff(want, db); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if db.Len() != 3 || !slices.Equal(db.At(2), []Item{2}) {
		t.Errorf("Len %d, At(2) %v", db.Len(), db.At(2))
	}
	if diff := cmp.Diff([]uint32{0, 0, 2, 0, 0, 1, 0, 0, 0, 1}, db.Supports()); diff != "" {
		t.Errorf("supports -want +got:\n%s", diff)
	}
}

func TestAppendOfAnyLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// around 256 items the table of items seen moves to the heap
		length := rapid.SampledFrom([]int{0, 1, 15, 16, 255, 256, 257, 700}).Draw(t, "length")
		items := rapid.SliceOfN(rapid.Uint32Range(0, 600), length, length).Draw(t, "items")
		var want []Item
		for _, item := range items {
			if !slices.Contains(want, item) {
				want = append(want, item)
			}
		}
		db := database([]Item{1}, items)
		if !slices.Equal(want, db.At(1)) {
			t.Fatalf("got %v, want %v", db.At(1), want)
		}
	})
}

func TestZeroTransactions(t *testing.T) {
	var db Transactions
	if db.Len() != 0 || len(db.Supports()) != 0 {
		t.Errorf("Len %d, supports %v", db.Len(), db.Supports())
	}
}

func TestWrongTransactionsAreRefused(t *testing.T) {
	tests := []struct {
		db   Transactions
		says string
	}{
		{Transactions{Items: []Item{0}, NumItems: 1}, "Offsets do not span Items"},
		{Transactions{Items: []Item{0, 1}, Offsets: []int{0, 1}, NumItems: 2}, "Offsets do not span Items"},
		{Transactions{Items: []Item{0, 1}, Offsets: []int{1, 2}, NumItems: 2}, "Offsets do not span Items"},
		{Transactions{Items: []Item{0, 1}, Offsets: []int{0, 2, 1, 2}, NumItems: 2}, "Offsets fall after transaction 1"},
		{Transactions{Items: []Item{0, 3}, Offsets: []int{0, 2}, NumItems: 3}, "item 3 does not fit NumItems 3"},
	}
	for _, tt := range tests {
		if _, err := CountItemsets(context.Background(), &tt.db, ItemsetOptions{MinSupport: 1}); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("itemsets: error %v, want one that says %q", err, tt.says)
		}
		if _, err := MineRules(context.Background(), &tt.db, RuleOptions{MinSupport: 1, MaxSize: 2}); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("rules: error %v, want one that says %q", err, tt.says)
		}
	}
}
