package mining

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// fimiFolder holds the itemset miners' usual benchmarks, where somebody put
// them beside the repository.
const fimiFolder = "../../../shared/data/fimi"

// fimiCounts are the known numbers of non-empty frequent itemsets, by file and
// absolute support.
var fimiCounts = map[string]map[int]int64{
	"retail":     {10: 189_400, 5: 1_506_775, 3: 20_647_331},
	"T10I4D100K": {10: 411_365, 5: 1_923_259, 3: 6_169_853},
	"chess":      {1000: 29_442_848},
	"mushroom":   {500: 1_442_503},
}

// fimiTidsets are supports at which the files are quickly mined by tidsets too.
var fimiTidsets = map[string]int{
	"retail": 587, "T10I4D100K": 1000, "BMS1": 149, "BMS2": 400, "chess": 2200, "mushroom": 1500,
}

func TestCountsOfFIMIFiles(t *testing.T) {
	for name, db := range fimiFiles(t) {
		t.Run(name, func(t *testing.T) {
			for support, want := range fimiCounts[name] {
				if got := count(t, db, ItemsetOptions{MinSupport: support}); got != want {
					t.Errorf("support %d: %d itemsets, want %d", support, got, want)
				}
			}
			support, ok := fimiTidsets[name]
			if !ok {
				support = max(db.Len()/2, 1)
			}
			if got, want := count(t, db, ItemsetOptions{MinSupport: support}), tidsetCount(db, support); got != want {
				t.Errorf("support %d: %d itemsets, %d by tidsets", support, got, want)
			}
		})
	}
}

// fimiFiles reads the files that are there, by name.
func fimiFiles(t testing.TB) map[string]*Transactions {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(fimiFolder, "*.dat.gz"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*Transactions{}
	for _, path := range paths {
		compressed, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := gzip.NewReader(bytes.NewReader(compressed))
		if err != nil {
			t.Fatal(err)
		}
		db := new(Transactions)
		for lines := bufio.NewScanner(text); lines.Scan(); {
			db.Append(numbers(t, lines.Text())...)
		}
		files[strings.TrimSuffix(filepath.Base(path), ".dat.gz")] = db
	}
	return files
}

func numbers(t testing.TB, line string) (items []Item) {
	t.Helper()
	for _, field := range strings.Fields(line) {
		n, err := strconv.ParseUint(field, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, Item(n))
	}
	return items
}
