package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// logLines are what functions write, and what a person reads.
var logLines = []struct{ name, in, out string }{
	{"dataset-check", `{"time":"2026-11-23T15:04:05.1Z","level":"INFO","msg":"dataset fetched","function":"dataset-check","bytes":1623456,"digest":"ab12cd34` + strings.Repeat("0", 56) + `"}`,
		`15:04:05 dataset-check  dataset fetched    bytes=1.6 MB digest=ab12cd34…`},
	{"dataset-check", `{"time":"2026-11-23T15:04:06Z","level":"INFO","msg":"dataset read","playlists":6071,"tracks":177513,"entries":571340}`,
		`15:04:06 dataset-check  dataset read       playlists=6,071 tracks=177,513 entries=571,340`},
	{"trainer", `{"time":"2026-11-23T15:04:07Z","level":"INFO","msg":"mining","done":1200,"total":2890}`,
		`15:04:07 trainer        mining              41 %  1,200 of 2,890`},
	{"trainer", `{"time":"2026-11-23T15:04:08Z","level":"INFO","msg":"rules mined","rules":8,"seconds":2.3456,"wait":"1.5s","empty":"","full":{"a":[1]}}`,
		`15:04:08 trainer        rules mined        rules=8 seconds=2.35 wait=1.5s empty="" full={"a":[1]}`},
	{"trainer", `{"time":"2026-11-23T15:04:09Z","level":"ERROR","msg":"dataset rejected","reason":"line 7: 3 columns, not 4","key":"datasets/` + strings.Repeat("0123456789abcdef", 4) + `"}`,
		`15:04:09 trainer        ERROR dataset rejected   reason="line 7: 3 columns, not 4" key=datasets/01234567…`},
	{"trainer", `{"time":"2026-11-23T15:04:09Z","level":"WARN","msg":"slow"}`,
		`15:04:09 trainer        WARN slow`},
	{"recommender", `panic: runtime error`,
		`         recommender    panic: runtime error`},
	{"recommender", `{"msg": "no time"}`,
		`         recommender    {"msg": "no time"}`},
	{"recommender", `{"time":"2026-11-23T15:04:09Z","msg":"cut sh`,
		`         recommender    {"time":"2026-11-23T15:04:09Z","msg":"cut sh`},
	{"recommender", ``, `         recommender    `},
}

func TestLogLines(t *testing.T) {
	t.Setenv("TZ", "UTC")
	out := &output{}
	screen := newTerminal(out, true)
	screen.widen(len("dataset-check"))
	var want strings.Builder
	for _, line := range logLines {
		writer := screen.writer(line.name)
		for _, c := range []byte(line.in + "\n") { // a pipe cuts where it likes
			writer.Write([]byte{c})
		}
		want.WriteString(line.out + "\n")
	}
	if diff := cmp.Diff(want.String(), out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestLastLineWithoutEnd(t *testing.T) {
	out := &output{}
	writer := newTerminal(out, true).writer("trainer")
	fmt.Fprint(writer, "exit status")
	writer.flush()
	writer.flush()
	if got := out.String(); got != "         trainer  exit status\n" {
		t.Errorf("%q", got)
	}
}

func TestProgressAndRepetitionTakeOneLine(t *testing.T) {
	out := &output{}
	screen := newTerminal(out, true)
	screen.width = func() int { return 80 }
	log := screen.logger("trainer")
	log.Info("mining", "done", 1, "total", 2)
	log.Info("mining", "done", 2, "total", 2)
	log.Info("dataset unchanged", "generation", 1)
	log.Info("dataset unchanged", "generation", 1)
	log.Info("dataset unchanged", "generation", 2)
	if lines, replaced := strings.Count(out.String(), "\n"), strings.Count(out.String(), "\x1b[1A\r\x1b[J"); lines-replaced != 3 {
		t.Errorf("%d lines and %d replaced:\n%s", lines, replaced, out)
	}
}

func TestLongLinesAreReplacedWhole(t *testing.T) {
	out := &output{}
	screen := newTerminal(out, true)
	screen.width, screen.style.color = func() int { return 40 }, true
	for range 2 {
		screen.logger("trainer").Info(strings.Repeat("ä", 80)) // after 18 columns: three rows
	}
	if !strings.Contains(out.String(), "\x1b[3A\r\x1b[J") {
		t.Errorf("%q", out)
	}
}

func TestColour(t *testing.T) {
	r, ok := parseRecord([]byte(`{"time":"2026-11-23T15:04:09Z","level":"ERROR","msg":"broken"}`))
	if !ok {
		t.Fatal("not a record")
	}
	if got := (style{color: true}).record("a", r); !strings.Contains(got, "\x1b[1;31mERROR broken") {
		t.Errorf("%q", got)
	}
	if got := (style{}).record("a", r); strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
}

func TestSize(t *testing.T) {
	for bytes, want := range map[float64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 1623456: "1.6 MB", 99_400: "99.4 kB", 123_456: "123 kB", 999_999: "1.0 MB", 5e9: "5.0 GB",
	} {
		if got := size(bytes); got != want {
			t.Errorf("%v bytes: %s, want %s", bytes, got, want)
		}
	}
}
