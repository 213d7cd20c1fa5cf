package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"segue.dev/shared/mining"
)

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func zip(t *testing.T, text string) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w := gzip.NewWriter(&buffer)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

const small = "1 2 3 \n1 2\n\n2 3\n1 2 3"

func TestRunPrintsOneLine(t *testing.T) {
	line := regexp.MustCompile(`^itemsets: 7  cpu: \d+\.\d\d s  wall: \d+\.\d\d s  memory: [1-9]\d* MB\n$`)
	for _, path := range []string{write(t, "small.dat", []byte(small)), write(t, "small.dat.gz", zip(t, small))} {
		var out bytes.Buffer
		if err := run(context.Background(), []string{"-support", "2", "-threads", "2", path}, &out, time.Now()); err != nil {
			t.Fatal(err)
		}
		if !line.MatchString(out.String()) {
			t.Errorf("%s: printed %q", path, out.String())
		}
	}
}

func TestRunBoundsTheSize(t *testing.T) {
	var out bytes.Buffer
	if err := run(context.Background(), []string{"-support", "2", "-size", "1", write(t, "small.dat", []byte(small))}, &out, time.Now()); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "itemsets: 3 ") {
		t.Errorf("printed %q", out.String())
	}
}

func TestRunSaysWhatIsWrong(t *testing.T) {
	tests := []struct {
		args []string
		says string
	}{
		{nil, "give one file of transactions"},
		{[]string{"none.dat"}, "none.dat"},
		{[]string{"-support", "0", write(t, "ok.dat", []byte(small))}, "MinSupport is 0"},
		{[]string{write(t, "words.dat", []byte("1 2\n3 beer\n"))}, `line 2: 'b' is no part of an item's number`},
		{[]string{write(t, "large.dat", []byte("99999999999"))}, "line 1: an item is larger than"},
		{[]string{write(t, "plain.dat.gz", []byte(small))}, "is not gzip"},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		err := run(context.Background(), tt.args, &out, time.Now())
		if err == nil || !strings.Contains(err.Error(), tt.says) || out.Len() > 0 {
			t.Errorf("%q: error %v, printed %q", tt.args, err, out.String())
		}
	}
}

func TestReadFIMI(t *testing.T) {
	want := new(mining.Transactions)
	for _, items := range [][]mining.Item{{10, 2, 33}, {}, {7}, {7, 8}} {
		want.Append(items...)
	}
	for _, text := range []string{"10 2 33\n\n7\n7 8\n", "10  2\t33 10 \r\n\r\n7\r\n7 8"} {
		got, err := readFIMI(iotest.OneByteReader(strings.NewReader(text)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: -want +got:\n%s", text, diff)
		}
	}
}
