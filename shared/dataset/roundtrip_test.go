package dataset

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// An occurrence is an entry of a dataset in the making.
type occurrence struct {
	playlist int
	track    Track
}

// Whatever is written in a format, plain or compressed, is read back.
func TestRoundTrip(t *testing.T) {
	for _, format := range []struct {
		name  string
		write func(*rapid.T) (text []byte, opt Options, want *Dataset)
	}{
		{CSV, writeCSV}, {MPD, writeMPD}, {FIMI, writeFIMI}, {Parquet, writeParquet},
	} {
		t.Run(format.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				text, opt, want := format.write(t)
				pack := rapid.SampledFrom(compressions).Draw(t, "compression")
				reader := rapid.SampledFrom([]func(io.Reader) io.Reader{
					func(r io.Reader) io.Reader { return r }, // has random access
					func(r io.Reader) io.Reader { return stream{r} },
					iotest.OneByteReader,
				}).Draw(t, "reader")
				got, err := Read(reader(bytes.NewReader(pack(text))), opt)
				if err != nil {
					t.Fatalf("%v\n%q", err, text)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("(-want +got):\n%s\n%q", diff, text)
				}
			})
		})
	}
}

func writeCSV(t *rapid.T) ([]byte, Options, *Dataset) {
	entries := drawEntries(t, drawTrack)
	var out bytes.Buffer
	if rapid.Bool().Draw(t, "BOM") {
		out.WriteString(byteOrderMark)
	}
	w := csv.NewWriter(&out)
	w.Comma = rapid.SampledFrom([]rune(",;\t")).Draw(t, "separator")
	w.UseCRLF = rapid.Bool().Draw(t, "CRLF")
	order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5}).Draw(t, "columns")
	rows := [][]string{{"pid", "track_name", "artist_name", "album_name", "track_uri", "duration_ms"}}
	for _, e := range entries {
		rows = append(rows, []string{fmt.Sprint(e.playlist), e.track.Name, e.track.Artist, e.track.Album, e.track.URI, "1"})
	}
	for i, row := range rows {
		rows[i] = make([]string, len(order))
		for to, from := range order {
			rows[i][to] = row[from]
		}
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), Options{}, build(entries)
}

func writeMPD(t *rapid.T) ([]byte, Options, *Dataset) {
	entries := grouped(drawEntries(t, drawTrack))
	type playlist struct {
		PID    int        `json:"pid"`
		Tracks []mpdTrack `json:"tracks"`
	}
	var playlists []playlist
	for _, e := range entries {
		if n := len(playlists); n == 0 || playlists[n-1].PID != e.playlist {
			playlists = append(playlists, playlist{PID: e.playlist})
		}
		p := &playlists[len(playlists)-1]
		p.Tracks = append(p.Tracks, mpdTrack(e.track))
	}
	cut := rapid.IntRange(0, len(playlists)).Draw(t, "cut")
	indent := rapid.SampledFrom([]string{"", "\t"}).Draw(t, "indent")
	var out []byte
	for _, slice := range [][]playlist{playlists[:cut], playlists[cut:]} {
		text, err := json.MarshalIndent(map[string]any{"info": map[string]int{"n": 1}, "playlists": append([]playlist{}, slice...)}, "", indent)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, text...)
	}
	return out, Options{}, build(entries)
}

func writeFIMI(t *rapid.T) ([]byte, Options, *Dataset) {
	entries := grouped(drawEntries(t, func(t *rapid.T) Track {
		return Track{Name: norm.NFC.String(strings.Join(strings.Fields(drawText(t, "token")+"x"), ""))}
	}))
	var out bytes.Buffer
	for i, e := range entries {
		if i > 0 && e.playlist != entries[i-1].playlist {
			out.WriteString(rapid.SampledFrom([]string{"\n", " \n", "\r\n", "\n\n"}).Draw(t, "end"))
		}
		out.WriteString(e.track.Name + " ")
	}
	return out.Bytes(), Options{Format: FIMI}, build(entries)
}

func writeParquet(t *rapid.T) ([]byte, Options, *Dataset) {
	type entry struct {
		PID    int64   `parquet:"pid"`
		Length float64 `parquet:"length"`
		Name   string  `parquet:"track_name,dict"`
		Artist *string `parquet:"artist_name,zstd"`
		Album  string  `parquet:"album_name,optional"`
		URI    string  `parquet:"track_uri,optional,dict"`
	}
	entries := drawEntries(t, drawTrack)
	var out bytes.Buffer
	w := parquet.NewGenericWriter[entry](&out, parquet.MaxRowsPerRowGroup(rapid.Int64Range(1, 20).Draw(t, "group")))
	for _, e := range entries {
		row := entry{int64(e.playlist), 1.5, e.track.Name, &e.track.Artist, e.track.Album, e.track.URI}
		if e.track.Artist == "" {
			row.Artist = nil
		}
		if _, err := w.Write([]entry{row}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), Options{}, build(entries)
}

// drawEntries draws entries, a track at most a few times.
func drawEntries(t *rapid.T, draw func(*rapid.T) Track) []occurrence {
	tracks := rapid.SliceOfNDistinct(rapid.Custom(draw), 1, 8, identity).Draw(t, "tracks")
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) occurrence {
		return occurrence{rapid.IntRange(0, 5).Draw(t, "playlist"), rapid.SampledFrom(tracks).Draw(t, "track")}
	}), 1, 40).Draw(t, "entries")
}

func drawTrack(t *rapid.T) Track {
	tr := Track{Name: drawText(t, "name"), Artist: drawText(t, "artist"), Album: drawText(t, "album")}
	if rapid.Bool().Draw(t, "has URI") {
		tr.URI = "u:" + drawText(t, "uri")
	}
	if tr.Name == "" { // what a nameless track is named
		tr.Name = tr.URI
	}
	if tr.Name == "" {
		tr.Name = "nameless"
	}
	return tr
}

// drawText draws text as it is in a catalog, of what is awkward to write.
func drawText(t *rapid.T, label string) string {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("ab1 \",;\t\n'\\é漢𝄞e\u0301\u00a0{[")), 0, 6, -1).Draw(t, label)
	return norm.NFC.String(strings.TrimSpace(text))
}

func identity(tr Track) string {
	if tr.URI != "" {
		return tr.URI
	}
	return tr.Name + "\x00" + tr.Artist
}

// grouped brings the entries of each playlist together.
func grouped(entries []occurrence) []occurrence {
	var groups []occurrence
	for _, p := range playlistsOf(entries) {
		for _, e := range entries {
			if e.playlist == p {
				groups = append(groups, e)
			}
		}
	}
	return groups
}

// playlistsOf returns the playlists in order of appearance.
func playlistsOf(entries []occurrence) []int {
	var order []int
	for _, e := range entries {
		if !slices.Contains(order, e.playlist) {
			order = append(order, e.playlist)
		}
	}
	return order
}

// build makes the dataset of these entries, the plain way.
func build(entries []occurrence) *Dataset {
	d := &Dataset{Entries: int64(len(entries))}
	in := map[Track]map[int]bool{}
	for _, e := range entries {
		if in[e.track] == nil {
			in[e.track] = map[int]bool{}
			d.Tracks = append(d.Tracks, e.track)
		}
		in[e.track][e.playlist] = true
	}
	slices.SortStableFunc(d.Tracks, func(a, b Track) int { return len(in[b]) - len(in[a]) })
	d.Playlists.NumItems = len(d.Tracks)
	d.Playlists.Offsets = []int{0}
	for _, p := range playlistsOf(entries) {
		left := maps.Clone(in)
		for _, e := range entries {
			if e.playlist == p && left[e.track] != nil {
				delete(left, e.track)
				d.Playlists.Items = append(d.Playlists.Items, uint32(slices.Index(d.Tracks, e.track)))
			}
		}
		d.Playlists.Offsets = append(d.Playlists.Offsets, len(d.Playlists.Items))
	}
	return d
}
