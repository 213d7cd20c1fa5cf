package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// maxLine bounds a line, and a CSV row of several lines, in bytes.
const maxLine = 4 << 20

// lines reads text line by line in bounded memory and refuses what is no UTF-8
// text.
type lines struct {
	r    *bufio.Reader
	long []byte // holds a line that does not fit the reader's buffer
	n    int    // number of the line last read
}

// next returns the next line without its end (LF or CRLF), valid until the
// call after. At the end of the text it returns io.EOF.
func (l *lines) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = l.gather(line)
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, err
	}
	l.n++
	line = bytes.TrimSuffix(line, []byte{'\n'})
	line = bytes.TrimSuffix(line, []byte{'\r'})
	return line, l.check(line)
}

// gather reads the rest of a line that starts with these bytes.
func (l *lines) gather(start []byte) ([]byte, error) {
	l.long = append(l.long[:0], start...)
	for {
		part, err := l.r.ReadSlice('\n')
		l.long = append(l.long, part...)
		if len(l.long) > maxLine {
			return nil, refuseLine(l.n+1, "longer than %d MiB: is this text with a line for each row?", maxLine>>20)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return l.long, err
		}
	}
}

func (l *lines) check(line []byte) error {
	if !utf8.Valid(line) {
		return l.invalid(line)
	}
	if bytes.IndexByte(line, 0) >= 0 {
		return refuseLine(l.n, "a NUL byte: this is binary data or UTF-16, not UTF-8 text; convert it to CSV in UTF-8")
	}
	return nil
}

// invalid refuses a line that is not UTF-8, naming its first bad byte.
func (l *lines) invalid(line []byte) error {
	for i := 0; ; {
		r, size := utf8.DecodeRune(line[i:])
		if r == utf8.RuneError && size == 1 {
			return refuseLine(l.n, "byte %d (0x%02X) is not UTF-8: convert the dataset to UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8", i+1, line[i])
		}
		i += size
	}
}
