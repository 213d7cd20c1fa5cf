package quality

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"segue.dev/shared/dataset"
	"segue.dev/shared/mining"
)

// read gives n playlists of two tracks more than their number.
func read(t *testing.T, n int) *dataset.Dataset {
	t.Helper()
	var csv strings.Builder
	csv.WriteString("playlist,track,artist\n")
	for p := range n {
		for k := range p + 2 {
			fmt.Fprintf(&csv, "p%d,track %d,artist %d\n", p, (p+k)%(n+5), k%3)
		}
	}
	data, err := dataset.Read(strings.NewReader(csv.String()), dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestHold(t *testing.T) {
	data := read(t, 20)
	s := Hold(data, 1, 5, 10)
	if len(s.Held) != 5 || s.Train.Playlists.Len() != 15 {
		t.Fatalf("%d held out, %d left", len(s.Held), s.Train.Playlists.Len())
	}
	for _, list := range s.Held {
		if len(list) < 10 {
			t.Errorf("a playlist of %d tracks is held out", len(list))
		}
	}
	if diff := cmp.Diff(s.Held, Hold(data, 1, 5, 10).Held); diff != "" {
		t.Errorf("the same seed gave another split: %s", diff)
	}
	if cmp.Equal(s.Held, Hold(data, 2, 5, 10).Held) {
		t.Error("another seed gave the same split")
	}
	for i, supports := mining.Item(0), s.Train.Playlists.Supports(); int(i) < len(supports); i++ {
		if i > 0 && supports[i] > supports[i-1] {
			t.Fatalf("tracks are not numbered by support: %v", supports)
		}
		if origin := s.Origins([]mining.Item{i})[0]; s.Train.Tracks[i] != s.Track(origin) || s.Known()[origin] != i {
			t.Errorf("track %d is %+v, its origin %+v", i, s.Train.Tracks[i], s.Track(origin))
		}
	}
}

// TestSetsAreShuffled: of baskets, which a program sorted, any item may be the
// last; playlists keep their order.
func TestSetsAreShuffled(t *testing.T) {
	for text, sorted := range map[string]bool{"3 9 20 100\n3 20 100 101\n": true, "3 20 9 100\n9 20 100 101\n": false} {
		data, err := dataset.Read(strings.NewReader(strings.Repeat(text, 10)), dataset.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, kept := Hold(data, 1, 20, 2), 0
		for p, list := range s.Held {
			if cmp.Equal(list, data.Playlists.At(p)) {
				kept++
			}
		}
		if sorted != (kept < 10) {
			t.Errorf("%q: %d of 20 keep their order", text, kept)
		}
	}
}

func TestFigures(t *testing.T) {
	best := 1 + 1 + 1/math.Log2(3)
	for name, c := range map[string]struct {
		list []mining.Item
		want Figures
	}{
		"all right":   {[]mining.Item{7, 8, 9}, Figures{RPrecision: 1, NDCG: 1, HitRate: 1}},
		"none right":  {[]mining.Item{1, 2, 3}, Figures{Clicks: 51}},
		"the second":  {[]mining.Item{1, 9}, Figures{RPrecision: 1.0 / 3, NDCG: 1 / best, HitRate: 1}},
		"the 12th":    {append(make([]mining.Item, 11), 8), Figures{NDCG: 1 / math.Log2(12) / best, Clicks: 1}},
		"beyond |G|":  {[]mining.Item{1, 2, 3, 7}, Figures{NDCG: 0.5 / best, HitRate: 1}},
		"nothing yet": {nil, Figures{Clicks: 51}},
	} {
		got := judge(c.list, []mining.Item{7, 8, 9})
		if math.Abs(got.NDCG-c.want.NDCG) > 1e-12 {
			t.Errorf("%s: NDCG %v, want %v", name, got.NDCG, c.want.NDCG)
		}
		got.NDCG = c.want.NDCG
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestMeasure(t *testing.T) {
	s := Hold(read(t, 20), 1, 5, 10)
	known := func([]mining.Item) ([]mining.Item, bool) { return s.Held[0], true }
	if mean := Mean(s.Measure(known, 3)); mean.ByRules != 1 || mean.RPrecision <= 0 {
		t.Errorf("mean is %+v", mean)
	}
	for n, f := range s.LeaveOneOut(func(seeds []mining.Item) ([]mining.Item, bool) { return nil, len(seeds) > 8 }) {
		if f.ByRules != 1 || f.Clicks != 51 {
			t.Errorf("playlist %d: %+v", n, f)
		}
	}
}
