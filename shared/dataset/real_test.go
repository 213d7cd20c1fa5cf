package dataset

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The counts of real datasets, where these lie beside the project.
func TestRealDatasets(t *testing.T) {
	type counts struct {
		Playlists, Tracks, Distinct, Entries int
	}
	want := map[string]counts{
		"playlist-sample-ds1.csv": {500, 16_439, 21_534, 21_761},
		"playlist-sample-ds2.csv": {500, 16_587, 22_125, 22_355},
		"train.csv.gz":            {6_071, 177_513, 571_340, 579_384},
		"BMS1.dat.gz":             {59_602, 497, 149_639, 149_639},
		"BMS2.dat.gz":             {77_512, 3_340, 358_278, 358_278},
		"T10I4D100K.dat.gz":       {100_000, 870, 1_010_228, 1_010_228},
		"chess.dat.gz":            {3_196, 75, 118_252, 118_252},
		"mushroom.dat.gz":         {8_124, 119, 186_852, 186_852},
		"retail.dat.gz":           {88_162, 16_470, 908_576, 908_576},
	}
	for _, name := range realFiles(t, "../../../shared/data/*/*") {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Read(f, Options{})
		f.Close()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := counts{d.Playlists.Len(), len(d.Tracks), len(d.Playlists.Items), int(d.Entries)}
		if diff := cmp.Diff(want[filepath.Base(name)], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// realFiles returns the real files that there are; there need not be any.
func realFiles(t testing.TB, pattern string) []string {
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return files
}
