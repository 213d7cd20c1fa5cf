package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// readCSV reads a header that names the columns, then a row for each entry. The
// rows of a playlist need not be together.
func readCSV(b *builder, r *bufio.Reader, want Columns) error {
	rows := &csvReader{lines: lines{r: r}}
	header, err := rows.header()
	if err != nil {
		return err
	}
	cols, err := findColumns(header, want)
	if err != nil {
		return atLine(rows.line, err)
	}
	held := newBatch()
	for {
		fields, err := rows.next()
		if err == nil && len(fields) != len(header) {
			err = refuseLine(rows.line, "the row does not fit the header, %d fields to %d: put a field that contains the separator or a quote in quotes, or remove the row", len(fields), len(header))
		}
		if err == nil && held.hold(cols.row(fields), rows.line) {
			continue
		}
		// What comes first in the dataset is also refused first.
		if err := held.flush(b); err != nil {
			return err
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case held.hold(cols.row(fields), rows.line):
		default: // it is larger than a batch
			if err := b.add(cols.row(fields)); err != nil {
				return atLine(rows.line, err)
			}
		}
	}
}

// A csvReader reads records as RFC 4180 has them, and forgives what can only
// mean one thing: a quote inside a field that does not start with one, and
// spaces around a quoted field. Unlike encoding/csv it holds a bounded number of
// bytes whatever it reads, and it is faster.
type csvReader struct {
	lines     lines
	separator byte
	line      int      // of the record's start
	fields    [][]byte // of the record last read
	record    []byte   // text of a record with quotes
}

// header reads the first record and takes the separator from it: that of comma,
// semicolon and tab which it has most of.
func (c *csvReader) header() ([]string, error) {
	line, err := c.nextLine()
	if err != nil {
		return nil, err
	}
	if bytes.IndexByte(line, '\r') >= 0 {
		return nil, refuseLine(c.line, "lines end in CR alone: convert them to LF, for example with tr '\\r' '\\n'")
	}
	c.separator = ','
	for _, s := range []byte(";\t") {
		if bytes.Count(line, []byte{s}) > bytes.Count(line, []byte{c.separator}) {
			c.separator = s
		}
	}
	fields, err := c.parse(line)
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = string(appendText(nil, f))
	}
	return names, err
}

// next returns the fields of the next record, valid until the call after. They
// are not trimmed. At the end it returns io.EOF.
func (c *csvReader) next() ([][]byte, error) {
	line, err := c.nextLine()
	if err != nil {
		return nil, err
	}
	return c.parse(line)
}

// nextLine returns the next line that is not blank.
func (c *csvReader) nextLine() ([]byte, error) {
	for {
		line, err := c.lines.next()
		if err != nil {
			return nil, err
		}
		if len(bytes.TrimLeft(line, " ")) > 0 {
			c.line = c.lines.n
			return line, nil
		}
	}
}

func (c *csvReader) parse(line []byte) ([][]byte, error) {
	c.fields = c.fields[:0]
	if bytes.IndexByte(line, '"') >= 0 {
		return c.parseQuoted(line)
	}
	for {
		i := bytes.IndexByte(line, c.separator)
		if i < 0 {
			c.fields = append(c.fields, line)
			return c.fields, nil
		}
		c.fields = append(c.fields, line[:i])
		line = line[i+1:]
	}
}

// parseQuoted parses a record that has quotes somewhere and may go on over the
// lines that follow.
func (c *csvReader) parseQuoted(line []byte) ([][]byte, error) {
	c.record = append(c.record[:0], line...)
	for at := 0; ; at++ { // a field starts at at
		start := at
		for start < len(c.record) && c.record[start] == ' ' {
			start++
		}
		var field []byte
		if start < len(c.record) && c.record[start] == '"' {
			var err error
			if field, at, err = c.quotedField(start + 1); err != nil {
				return nil, err
			}
		} else {
			end := bytes.IndexByte(c.record[at:], c.separator)
			if end < 0 {
				end = len(c.record) - at
			}
			field = c.record[at : at+end]
			at += end
		}
		c.fields = append(c.fields, field)
		if at == len(c.record) {
			return c.fields, nil
		}
	}
}

// quotedField returns the field whose text starts at start, after the quote,
// and where it ends: at a separator or at the end of the record.
func (c *csvReader) quotedField(start int) (field []byte, end int, err error) {
	escaped := false
	for end = start; ; end++ {
		quote := bytes.IndexByte(c.record[end:], '"')
		if quote < 0 {
			end = len(c.record)
			if err := c.extend(start); err != nil {
				return nil, 0, err
			}
			continue
		}
		end += quote + 1
		if end == len(c.record) || c.record[end] != '"' {
			break
		}
		escaped = true
	}
	field = c.record[start : end-1]
	if escaped {
		field = unescape(field)
	}
	for end < len(c.record) && c.record[end] == ' ' {
		end++
	}
	if end < len(c.record) && c.record[end] != c.separator {
		return nil, 0, refuseLine(c.line, "a quote inside a quoted field, before %.20s: write it twice (\"\")", c.record[end:])
	}
	return field, end, nil
}

// extend appends the next line to a record whose field, open since start, goes
// on there. Fields found so far stay as they are, even if the record moves.
func (c *csvReader) extend(start int) error {
	line, err := c.lines.next()
	if errors.Is(err, io.EOF) {
		return refuseLine(c.line, "a quote that opens here is never closed: close it, or write quotes inside a field twice (\"\"); if the end is missing, download the dataset again")
	}
	if err != nil {
		return err
	}
	c.record = append(append(c.record, '\n'), line...)
	if len(c.record)-start > maxField {
		return refuseLine(c.line, "a quoted field that opens here is longer than %d KiB: a closing quote is probably missing", maxField>>10)
	}
	return nil
}

// unescape makes each doubled quote one, in place.
func unescape(field []byte) []byte {
	kept := field[:0]
	for i := 0; i < len(field); i++ {
		kept = append(kept, field[i])
		if field[i] == '"' {
			i++
		}
	}
	return kept
}

// atLine adds the line to a refusal that has none.
func atLine(line int, err error) error {
	var refusal *Error
	if errors.As(err, &refusal) && refusal.Line == 0 {
		return &Error{Line: line, Reason: refusal.Reason}
	}
	return err
}
