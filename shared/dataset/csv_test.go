package dataset

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"pgregory.net/rapid"
)

// What encoding/csv reads strictly is read the same. It is also read the same
// as encoding/csv with LazyQuotes if no field starts with a quote, which is
// when quotes can only be text.
func TestCSVAgreesWithEncodingCSV(t *testing.T) {
	quotedField := regexp.MustCompile(`(^|[,\n]) *"`)
	part := rapid.SampledFrom([]string{"a", "b", "é", " ", ",", "\"", "\"\"", "\n", "\r\n", "\r", ",\"", "\",", "\"\n"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(part, 0, 30).Draw(t, "text"), "")
		for _, lazy := range []bool{false, true} {
			want, err := encodingCSV(text, lazy)
			if err != nil || lazy && quotedField.MatchString(text) {
				continue
			}
			got, err := ourCSV(text)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%q, lazy %t (-want +got):\n%s", text, lazy, diff)
			}
		}
	})
}

func encodingCSV(text string, lazy bool) ([]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	r.LazyQuotes = lazy
	var records []string
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		if err != nil {
			return nil, err
		}
		records = appendRecord(records, fields)
	}
}

func ourCSV(text string) ([]string, error) {
	r := &csvReader{lines: lines{r: bufio.NewReader(strings.NewReader(text))}, separator: ','}
	var records []string
	for {
		raw, err := r.next()
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		if err != nil {
			return nil, err
		}
		var fields []string
		for _, f := range raw {
			fields = append(fields, string(f))
		}
		records = appendRecord(records, fields)
	}
}

// appendRecord appends a record in the form in which it counts: trimmed, and
// not at all if it is blank.
func appendRecord(records, fields []string) []string {
	for i, f := range fields {
		fields[i] = strings.TrimSpace(f)
	}
	if len(fields) == 1 && fields[0] == "" {
		return records
	}
	return append(records, fmt.Sprintf("%q", fields))
}

// Reading CSV, in MB/s of text: splitting it into fields, with encoding/csv for
// comparison, and the whole of Read.
func BenchmarkCSV(b *testing.B) {
	texts := map[string][]byte{"made-up": madeUp(200_000)}
	for _, name := range realFiles(b, "../../../shared/data/mpd/*.csv.gz") {
		texts["mpd"] = unzip(b, name)
	}
	for name, text := range texts {
		b.Run("fields/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				r := &csvReader{lines: lines{r: bufio.NewReaderSize(bytes.NewReader(text), bufferSize)}, separator: ','}
				for err := error(nil); err == nil; _, err = r.next() {
				}
			}
		})
		b.Run("encoding-csv/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				r := csv.NewReader(bytes.NewReader(text))
				r.ReuseRecord = true
				for err := error(nil); err == nil; _, err = r.Read() {
				}
			}
		})
		b.Run("read/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(stream{bytes.NewReader(text)}, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func unzip(b *testing.B, name string) []byte {
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		b.Fatal(err)
	}
	return text
}

// madeUp returns a CSV of so many rows.
func madeUp(rows int) []byte {
	var out bytes.Buffer
	out.WriteString("pid,name,artist_name,track_name,track_uri\n")
	for i := range rows {
		track := i * i % 49_999
		fmt.Fprintf(&out, "%d,favourites %d,Artist %d,Track number %d of them,made:up:track:%018d\n", i/100, i/100, track%5_000, track, track)
		if i%50 == 0 {
			fmt.Fprintf(&out, "%d,favourites,Artist,\"Track, \"\"quoted\"\"\",made:up:track:quoted\n", i/100)
		}
	}
	return out.Bytes()
}
