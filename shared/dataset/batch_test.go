package dataset

import (
	"fmt"
	"strings"
	"testing"
)

// Rows are held back, and yet the first that is wrong is the one refused.
func TestTheFirstFaultIsRefused(t *testing.T) {
	const header = "pid,track\n"
	good := func(rows int) string { return strings.Repeat("1,a\n", rows) }
	for _, rows := range []int{0, 1, batchRows - 2, batchRows - 1, batchRows, 3 * batchRows} {
		line := rows + 2
		for name, text := range map[string]string{
			"a track, then fields":  header + good(rows) + "1,\n1\n",
			"fields, then a track":  header + good(rows) + "1\n1,\n",
			"a track, then UTF-8":   header + good(rows) + "1,\n1,\xff\n",
			"a track, then quotes":  header + good(rows) + "1,\n1,\"x\n",
			"a track, then the end": header + good(rows) + "1,",
		} {
			_, err := Read(strings.NewReader(text), Options{})
			if want := fmt.Sprintf("line %d: ", line); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s after %d rows: error %v, want one at %s", name, rows, err, want)
			}
		}
	}
}

// Rows of every size go through a batch, or past it, in their order.
func TestRowsLargerThanABatch(t *testing.T) {
	var text strings.Builder
	text.WriteString("pid,track,album,note\n")
	sizes := []int{1, batchText / 2, batchText/2 + 1, batchText, 2 * batchText, 3, batchText - 8, 1}
	for i, size := range sizes {
		fmt.Fprintf(&text, "%d,song %d,%s,%s\n", i/2, i, strings.Repeat("x", min(size, maxField)), strings.Repeat("y", size))
	}
	d, err := Read(strings.NewReader(text.String()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, size := range sizes {
		track := d.Tracks[i] // all have support 1, so their order is that of the rows
		if track.Name != fmt.Sprintf("song %d", i) || len(track.Album) != min(size, maxField) {
			t.Errorf("track %d is %.20q with an album of %d bytes", i, track.Name, len(track.Album))
		}
	}
}
