package dataset

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// A failure to read is no fault of the dataset, wherever it happens.
func TestReadFailure(t *testing.T) {
	errDisk := errors.New("disk on fire")
	csv := []byte("pid,track\n1,A\n1,B\n")
	json := []byte(`{"playlists":[{"tracks":[{"track_name":"A"}]}]}`)
	for _, content := range [][]byte{nil, csv, gzipped(csv), zstded(csv), json, []byte("1 2\n"), []byte("PAR1")} {
		for n := range len(content) + 1 {
			in := io.MultiReader(strings.NewReader(string(content[:n])), iotest.ErrReader(errDisk))
			_, err := Read(in, Options{})
			var refusal *Error
			if !errors.Is(err, errDisk) || errors.As(err, &refusal) {
				t.Errorf("%.10q… failing after %d bytes: got %v, want a wrapped %v", content, n, err, errDisk)
			}
		}
	}
}

// Whatever is cut off, a compressed dataset or a JSON slice is refused.
func TestRefuseTruncated(t *testing.T) {
	csv := []byte("pid,track\n1,A\n1,B\n2,A\n")
	json := []byte(`{"info":{},"playlists":[{"tracks":[{"track_name":"A"}]},{"tracks":[]}],"x":[1]}`)
	for _, content := range [][]byte{gzipped(csv), zstded(csv), json, gzipped(json)} {
		for n := range content {
			_, err := Read(strings.NewReader(string(content[:n])), Options{})
			var refusal *Error
			if !errors.As(err, &refusal) {
				t.Errorf("%.10q… cut after %d bytes: got %v, want an *Error", content, n, err)
			}
		}
	}
}

// A line, a quote or a value that never ends is refused after a bounded number
// of bytes.
func TestReadIsBounded(t *testing.T) {
	for _, c := range []struct{ start, endless string }{
		{"", "x"},
		{"pid,track\n1,", "x"},
		{"pid,track\n1,\"", "x\n"},
		{"", "1 "},
		{"{", " "},
		{`{"info":"`, "x"},
		{`{"playlists":[{"tracks":[`, `{"track_name":"A"},`},
	} {
		in := &endless{start: c.start, rest: c.endless}
		_, err := Read(in, Options{})
		var refusal *Error
		if !errors.As(err, &refusal) || in.n > 2*maxJSON {
			t.Errorf("%q and endless %q: %v after %d bytes", c.start, c.endless, err, in.n)
		}
	}
}

// endless is a text that repeats its end for ever.
type endless struct {
	start, rest string
	n           int
}

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		if e.n < len(e.start) {
			p[i] = e.start[e.n]
		} else {
			p[i] = e.rest[(e.n-len(e.start))%len(e.rest)]
		}
		e.n++
	}
	return len(p), nil
}
