package dataset

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

func TestReadParquet(t *testing.T) {
	type entry struct {
		Playlist string  `parquet:"playlist_id,dict"`
		Track    *string `parquet:"track"`
		URI      *string `parquet:"uri"`
	}
	a, b, uri := "A", " Bé ", "u:1"
	got, err := Read(bytes.NewReader(parquetOf(t, []entry{{"x", &a, nil}, {"y", &b, &uri}, {"x", nil, &uri}})), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("1:A, 0:Bé///u:1\n0:Bé///u:1\n", show(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRefuseParquet(t *testing.T) {
	type optional struct {
		PID   *float64 `parquet:"pid"`
		Track string   `parquet:"track_name"`
	}
	type nested struct {
		PID   int64 `parquet:"pid"`
		Track struct {
			Name string `parquet:"name"`
		} `parquet:"track"`
	}
	type repeated struct {
		PID   int32    `parquet:"pid"`
		Track []string `parquet:"track"`
	}
	type other struct {
		A, B int64
	}
	one := 1.0
	const shape = ` is nested or repeated: write a row for each track of a playlist, in flat columns`
	for _, c := range []struct {
		name, file, want string
	}{
		{"no rows", parquetText(t, []optional{}), "no entries: the dataset must hold at least one playlist with a track"},
		{"null playlist", parquetText(t, []optional{{&one, "A"}, {nil, "B"}}), "row 2: the playlist is empty: give the row its playlist, or remove it"},
		{"empty track", parquetText(t, []optional{{&one, " "}}), "row 1: the track has neither a name nor a URI: give it one, or remove the entry"},
		{"not UTF-8", parquetText(t, []optional{{&one, "Caf\xe9"}}), `row 1, column "track_name": not UTF-8; write the column as a UTF-8 string`},
		{"nested", parquetText(t, []nested{{}}), `column "track"` + shape},
		{"repeated", parquetText(t, []repeated{{1, []string{"A"}}}), `column "track"` + shape},
		{"other columns", parquetText(t, []other{{}}), `no column for the playlist: the header has "A", "B"; ` + usualPlaylist},
		{"cut short", parquetText(t, []optional{{&one, "A"}})[:100], "the Parquet file ends too early: the download was probably cut short; get the dataset again"},
		{"impossible length", "PAR1\xff\xff\xff\x00PAR1", "damaged Parquet: its metadata would take 16777215 bytes; get the dataset again"},
		{"impossible metadata", "PAR1" + "\x19\xfc\xff\xff\xff\xff\x07" + "\x07\x00\x00\x00PAR1", "damaged Parquet: its metadata are not whole; get the dataset again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(bytes.NewReader([]byte(c.file)), Options{})
			var refusal *Error
			if !errors.As(err, &refusal) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if err.Error() != c.want {
				t.Errorf("got  %s\nwant %s", err, c.want)
			}
		})
	}
}

// Whatever byte is damaged, reading ends with a dataset or a refusal.
func TestDamagedParquet(t *testing.T) {
	file := smallParquet(t)
	for i := range file {
		damaged := bytes.Clone(file)
		damaged[i] ^= 0xff
		_, err := Read(bytes.NewReader(damaged), Options{})
		var refusal *Error
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("byte %d: %v", i, err)
		}
	}
}

// The check of the metadata accepts what the library wrote, and no part of it.
func TestCheckFooter(t *testing.T) {
	file := smallParquet(t)
	size := int(binary.LittleEndian.Uint32(file[len(file)-footerTail:]))
	metadata := file[len(file)-footerTail-size : len(file)-footerTail]
	for n := range size + 1 {
		short := append([]byte(parquetMagic), metadata[:n]...)
		short = binary.LittleEndian.AppendUint32(short, uint32(n))
		short = append(short, parquetMagic...)
		err := checkFooter(io.NewSectionReader(bytes.NewReader(short), 0, int64(len(short))))
		if (err == nil) != (n == size) {
			t.Errorf("%d of %d bytes: %v", n, size, err)
		}
	}
}

func TestParquetTemporaryFileIsRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for file, good := range map[string]bool{string(smallParquet(t)): true, "PAR1": false} {
		_, err := Read(stream{strings.NewReader(file)}, Options{})
		if (err == nil) != good {
			t.Errorf("%q: %v", file, err)
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 {
			t.Errorf("left in the temporary folder: %v, %v", left, err)
		}
	}
}

// A failure of random access is no fault of the dataset.
func TestParquetReadFailure(t *testing.T) {
	errDisk := errors.New("disk on fire")
	_, err := Read(&burning{Reader: bytes.NewReader(smallParquet(t)), err: errDisk}, Options{})
	var refusal *Error
	if !errors.Is(err, errDisk) || errors.As(err, &refusal) {
		t.Errorf("got %v, want a wrapped %v", err, errDisk)
	}
}

// burning is a file that can be read from its start, but not at random.
type burning struct {
	*bytes.Reader
	err error
}

func (b *burning) ReadAt([]byte, int64) (int, error) { return 0, b.err }

func parquetOf[T any](tb testing.TB, rows []T) []byte {
	var out bytes.Buffer
	if err := parquet.Write(&out, rows); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func parquetText[T any](tb testing.TB, rows []T) string { return string(parquetOf(tb, rows)) }

// smallParquet has a page with a dictionary and one without.
func smallParquet(tb testing.TB) []byte {
	type entry struct {
		PID   int64   `parquet:"pid"`
		Track *string `parquet:"track_name,dict,snappy"`
	}
	a, b := "A", "B"
	return parquetOf(tb, []entry{{1, &a}, {1, &b}, {2, &b}})
}
