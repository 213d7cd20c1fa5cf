package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"

	"golang.org/x/term"
)

// terminal prints the log lines of several programs for a person, one at a time.
type terminal struct {
	mu     sync.Mutex
	out    io.Writer
	style  style
	width  func() int                 // columns of the screen; nil if out is no terminal
	last   string                     // what the last line tells; "" for anything
	rows   int                        // of the screen that the last line takes
	listen func(name, message string) // called, if set, with what was printed
}

// newTerminal prints to out, in colour if out is a terminal and color allows.
func newTerminal(out io.Writer, color bool) *terminal {
	t := &terminal{out: out}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		t.style.color = color
		t.width = func() int {
			columns, _, err := term.GetSize(int(file.Fd()))
			if err != nil || columns < 1 {
				return 80
			}
			return columns
		}
	}
	return t
}

// widen makes room for names of that length.
func (t *terminal) widen(width int) { t.style.nameWidth = max(t.style.nameWidth, width) }

// logger returns a logger whose lines appear under name.
func (t *terminal) logger(name string) *slog.Logger {
	return slog.New(slog.NewJSONHandler(t.writer(name), nil))
}

// writer returns a writer of log lines, which appear under name.
func (t *terminal) writer(name string) *lineWriter {
	return &lineWriter{line: func(line []byte) { t.print(name, line) }}
}

// print prints one line of the program of that name. On a terminal, progress and
// what is told again take the place of the line before.
func (t *terminal) print(name string, line []byte) {
	r, ok := parseRecord(line)
	if !ok {
		t.say(t.style.plain(name, line))
		return
	}
	t.replace(name+r.content(), t.style.record(name, r))
	if t.listen != nil {
		t.listen(name, r.message)
	}
}

// replace prints a line that tells something, over the last one if that told the
// same.
func (t *terminal) replace(tells, line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.width != nil {
		if tells == t.last {
			t.write(fmt.Sprintf("\x1b[%dA\r\x1b[J", t.rows))
		}
		t.last, t.rows = tells, 1+(printed(line)-1)/t.width()
	}
	t.write(line + "\n")
}

// say prints text as it is.
func (t *terminal) say(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = ""
	t.write(text + "\n")
}

// write ignores errors: there is no other place to tell of them.
func (t *terminal) write(text string) { _, _ = io.WriteString(t.out, text) }

// lineWriter calls line with each line written to it, without its end. It is
// safe for concurrent use.
type lineWriter struct {
	mu   sync.Mutex
	rest []byte
	line func([]byte)
}

// Write never fails.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, p...)
	for {
		line, rest, ok := bytes.Cut(w.rest, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		w.line(bytes.TrimSuffix(line, []byte("\r")))
		w.rest = rest
	}
}

// flush passes on what came after the last end of a line.
func (w *lineWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.rest) > 0 {
		w.line(w.rest)
		w.rest = nil
	}
}
