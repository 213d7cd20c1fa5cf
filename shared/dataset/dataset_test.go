package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"segue.dev/shared/variables"
)

// show writes a dataset as a person would: a playlist a line, with names.
func show(d *Dataset) string {
	var b strings.Builder
	for i := range d.Playlists.Len() {
		for j, item := range d.Playlists.At(i) {
			if j > 0 {
				b.WriteString(", ")
			}
			tr := d.Tracks[item]
			fmt.Fprintf(&b, "%d:%s", item, strings.TrimRight(strings.Join([]string{tr.Name, tr.Artist, tr.Album, tr.URI}, "/"), "/"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, in string
		opt      Options
		want     string
	}{
		{
			name: "numbered by support, ties by first appearance",
			in:   "pid,track\n1,A\n1,B\n1,C\n2,C\n2,B\n3,C\n",
			want: "2:A, 1:B, 0:C\n0:C, 1:B\n0:C\n",
		}, {
			name: "playlist's own order stays, repeats are dropped",
			in:   "pid,track\n1,B\n1,A\n1,B\n1,A\n2,B\n",
			want: "0:B, 1:A\n0:B\n",
		}, {
			name: "rows of a playlist apart",
			in:   "pid,track\n1,A\n2,B\n1,B\n2,A\n1,A\n",
			want: "0:A, 1:B\n1:B, 0:A\n",
		}, {
			name: "same name, other artist: another track",
			in:   "pid,track,artist\n1,Home,X\n1,Home,Y\n2,Home,Y\n",
			want: "1:Home/X, 0:Home/Y\n0:Home/Y\n",
		}, {
			name: "same URI: the same track, under its first name",
			in:   "pid,track_name,artist_name,track_uri,album_name\n1,One,X,u:1,First\n2,One (Live),Y,u:1,Second\n",
			want: "0:One/X/First/u:1\n0:One/X/First/u:1\n",
		}, {
			name: "a row without URI goes by name and artist",
			in:   "pid,track,artist,uri\n1,One,X,u:1\n1,One,X,\n2,One,X,\n",
			want: "1:One/X//u:1, 0:One/X\n0:One/X\n",
		}, {
			name: "URI alone",
			in:   "playlist_id,track_uri\n1,u:1\n",
			want: "0:u:1///u:1\n",
		}, {
			name: "outer spaces and Unicode forms do not count",
			in:   "pid,track,artist\n 1 , Caf\u00e9 ,X\n1,Cafe\u0301,X \n2,\u00a0Caf\u00e9\t,X\n",
			want: "0:Café/X\n0:Café/X\n",
		}, {
			name: "case counts",
			in:   "pid,track\n1,a\n1,A\n",
			want: "0:a, 1:A\n",
		}, {
			name: "CRLF, BOM, blank lines, no end of line at the end",
			in:   "\ufeffpid,track\r\n\r\n1,A\r\n  \r\n1,B",
			want: "0:A, 1:B\n",
		}, {
			name: "quoted: separators, quotes and line ends in fields",
			in:   "\"pid\",\"track\"\r\n\"1\",\"A, \"\"B\"\"\"\r\n\"1\",\"two\r\nlines\"\r\n1,\"\"\"\"\r\n",
			want: "0:A, \"B\", 1:two\nlines, 2:\"\n",
		}, {
			name: "a quote inside a field that does not start with one",
			in:   "pid,track,artist\n1,The \"Best\" of,X\n1,7\" Mix,\"X, Y\"\n",
			want: "0:The \"Best\" of/X, 1:7\" Mix/X, Y\n",
		}, {
			name: "spaces around quotes",
			in:   "user_id, \"artistname\", \"trackname\", \"playlistname\"\n9, \"X\" , \"A, B\", \"P\"\n",
			want: "0:A, B/X\n",
		}, {
			name: "semicolons",
			in:   "pid;track;artist\n1;A, B;X\n",
			want: "0:A, B/X\n",
		}, {
			name: "tabs; an empty field between",
			in:   "pid\ttrack\tartist\n1\tA\t\n1\tB\t\"X\tY\"\n",
			want: "0:A, 1:B/X\tY\n",
		}, {
			name: "columns in any order and form, the best name first",
			in:   "Playlist Name,Album,Artist Name(s),Track-Name,PID\nMine,L,X,A,1\nMine,L,X,A,2\n",
			want: "0:A/X/L\n0:A/X/L\n",
		}, {
			name: "columns named by the settings",
			in:   "list,pid,song,x,y,z\n1,9,A,B,C,D\n1,8,A,B,C,D\n",
			opt:  Options{Columns: Columns{Playlist: "list", Track: "x", Artist: "y", Album: "z"}},
			want: "0:B/C/D\n",
		}, {
			name: "FIMI: spaces at line ends, blank lines, CRLF",
			in:   "3 1 2 \r\n\n1  3\n\n7\n",
			want: "0:3, 1:1, 2:2\n1:1, 0:3\n3:7\n",
		}, {
			name: "FIMI with words, when asked for",
			in:   "milk bread\nbread,butter\n",
			opt:  Options{Format: FIMI},
			want: "0:milk, 1:bread\n2:bread,butter\n",
		}, {
			name: "MPD slices, one after the other",
			in: `{"info":{"version":"v1","slice":"0-1"},"playlists":[
			  {"pid":0,"name":"a","num_tracks":2,"tracks":[
			    {"pos":0,"artist_name":"X","track_uri":"u:1","artist_uri":"a:1","track_name":"A \u00e9","album_name":"L","duration_ms":1},
			    {"pos":1,"artist_name":"X","track_uri":"u:2","track_name":"B","album_name":null}]},
			  {"pid":1,"tracks":[]}]}
			  {"playlists":[{"tracks":[{"track_uri":"u:2"},{"track_name":"C"}]}]}`,
			want: "1:A é/X/L/u:1, 0:B/X//u:2\n0:B/X//u:2, 2:C\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Read(strings.NewReader(c.in), c.opt)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, show(d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEntriesCountRepeats(t *testing.T) {
	d, err := Read(strings.NewReader("pid,track\n1,A\n1,A\n2,A\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Entries != 3 || len(d.Playlists.Items) != 2 {
		t.Errorf("%d entries, %d distinct; want 3, 2", d.Entries, len(d.Playlists.Items))
	}
}

// More entries than a block holds, and a line longer than the buffers.
func TestLargeInput(t *testing.T) {
	const n = blockSize + 10
	var in strings.Builder
	for i := range n {
		fmt.Fprintf(&in, "%d ", n-i)
	}
	in.WriteString("\n1 5 5\n")
	d, err := Read(strings.NewReader(in.String()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Tracks) != n || d.Entries != n+3 || d.Playlists.Len() != 2 {
		t.Fatalf("%d tracks, %d entries, %d playlists", len(d.Tracks), d.Entries, d.Playlists.Len())
	}
	if diff := cmp.Diff([]uint32{1, 0}, d.Playlists.At(1)); diff != "" {
		t.Errorf("5 comes before 1 in the dataset and both twice (-want +got):\n%s", diff)
	}
	if d.Tracks[n-1].Name != "2" {
		t.Errorf("last track is %q, want 2", d.Tracks[n-1].Name)
	}
}

func TestOptionsFromEnvironment(t *testing.T) {
	environ := []string{
		"DATASET_FORMAT=csv", "DATASET_COLUMN_PLAYLIST=a", "DATASET_COLUMN_TRACK=b",
		"DATASET_COLUMN_ARTIST=c", "DATASET_COLUMN_ALBUM=d", "DATASET_COLUMN_URI=e",
	}
	var got Options
	if err := variables.Read(&got, environ); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Options{"csv", Columns{"a", "b", "c", "d", "e"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// compressions are the ways to pack a dataset.
var compressions = []func([]byte) []byte{
	func(b []byte) []byte { return b },
	gzipped,
	func(b []byte) []byte { return append(gzipped(b[:len(b)/2]), gzipped(b[len(b)/2:])...) },
	zstded,
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(b)
	if err := errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func zstded(b []byte) []byte {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err)
	}
	return w.EncodeAll(b, nil)
}

// stream hides that a reader can seek.
type stream struct{ io.Reader }
