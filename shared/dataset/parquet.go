package dataset

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
)

// readParquet reads a row for each entry, like CSV. The columns must be flat.
func readParquet(b *builder, in *input, want Columns) (err error) {
	content, remove, err := in.randomAccess()
	if err != nil {
		return err
	}
	defer remove()
	defer func() { // the library panics on some damaged files
		if p := recover(); p != nil {
			err = damagedParquet(fmt.Errorf("%v", p))
		}
	}()
	if err := checkFooter(content); err != nil {
		return damagedParquet(err)
	}
	file, err := parquet.OpenFile(content, content.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return damagedParquet(err)
	}
	at, columns, err := parquetColumns(file, want)
	if err != nil {
		return err
	}
	rows := int64(0)
	for _, group := range file.RowGroups() {
		if err := readRowGroup(b, group, at, columns, rows); err != nil {
			return err
		}
		rows += group.NumRows()
	}
	return nil
}

// randomAccess returns the content with random access, from a temporary file if
// need be, and what removes that.
func (in *input) randomAccess() (*io.SectionReader, func(), error) {
	if in.file != nil {
		return in.file, func() {}, nil
	}
	temp, err := os.CreateTemp("", "segue-dataset-*.parquet")
	if err != nil {
		return nil, nil, err
	}
	remove := func() {
		temp.Close()
		os.Remove(temp.Name())
	}
	size, err := io.Copy(temp, in.text)
	if err != nil {
		remove()
		return nil, nil, err
	}
	return io.NewSectionReader(temp, 0, size), remove, nil
}

// parquetColumns finds the wanted columns. It returns where they are in a row
// that has a field for each column of the file, and that row's leaf columns:
// nil for a column that is not wanted.
func parquetColumns(file *parquet.File, want Columns) (columnIndexes, []*parquet.Column, error) {
	columns := file.Root().Columns()
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name()
	}
	at, err := findColumns(names, want)
	if err != nil {
		return at, nil, err
	}
	leaves := make([]*parquet.Column, len(columns))
	for _, i := range []int{at.playlist, at.track, at.artist, at.album, at.uri} {
		if i < 0 {
			continue
		}
		if leaves[i] = columns[i]; !leaves[i].Leaf() || leaves[i].Repeated() {
			return at, nil, refuse("column %q is nested or repeated: write a row for each track of a playlist, in flat columns", names[i])
		}
	}
	return at, leaves, nil
}

// readRowGroup reads a row group that has so many rows before it.
func readRowGroup(b *builder, group parquet.RowGroup, at columnIndexes, columns []*parquet.Column, before int64) error {
	chunks := group.ColumnChunks()
	fields := make([][]byte, len(columns))
	readers := make([]*columnReader, len(columns))
	for i, c := range columns {
		if c != nil {
			readers[i] = &columnReader{pages: chunks[c.Index()].Pages()}
			defer readers[i].close()
		}
	}
	for n := range group.NumRows() {
		for i, r := range readers {
			if r == nil {
				continue
			}
			var err error
			if fields[i], err = r.next(); err != nil {
				return damagedParquet(err)
			}
			if !utf8.Valid(fields[i]) {
				return refuse("row %d, column %q: not UTF-8; write the column as a UTF-8 string", before+n+1, columns[i].Name())
			}
		}
		if err := b.add(at.row(fields)); err != nil {
			return refuse("row %d: %v", before+n+1, err)
		}
	}
	return nil
}

// A columnReader reads the values of a column of a row group one by one.
type columnReader struct {
	pages   parquet.Pages
	page    parquet.Page
	values  parquet.ValueReader
	buffer  [256]parquet.Value
	have    []parquet.Value // those of the buffer that are still to come
	scratch []byte
}

// next returns the next value as text, valid until the call after; empty for null.
func (c *columnReader) next() ([]byte, error) {
	for len(c.have) == 0 {
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
	v := c.have[0]
	c.have = c.have[1:]
	switch {
	case v.IsNull():
		return nil, nil
	case v.Kind() == parquet.ByteArray || v.Kind() == parquet.FixedLenByteArray:
		return v.ByteArray(), nil
	case v.Kind() == parquet.Int32:
		c.scratch = strconv.AppendInt(c.scratch[:0], int64(v.Int32()), 10)
	case v.Kind() == parquet.Int64:
		c.scratch = strconv.AppendInt(c.scratch[:0], v.Int64(), 10)
	default:
		c.scratch = append(c.scratch[:0], v.String()...)
	}
	return c.scratch, nil
}

// fill reads values into the buffer, from the next page if this one is done.
func (c *columnReader) fill() error {
	if c.page == nil {
		page, err := c.pages.ReadPage()
		if err != nil {
			return unexpectedEnd(err)
		}
		c.page, c.values = page, page.Values()
	}
	n, err := c.values.ReadValues(c.buffer[:])
	c.have = c.buffer[:n]
	if n == 0 && errors.Is(err, io.EOF) {
		parquet.Release(c.page)
		c.page = nil
	} else if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func (c *columnReader) close() {
	if c.page != nil {
		parquet.Release(c.page)
	}
	c.pages.Close()
}

func damagedParquet(err error) error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return refuse("the Parquet file ends too early: the download was probably cut short; get the dataset again")
	}
	return refuse("damaged or unusual Parquet (%v): get the dataset again, or write it as CSV", err)
}
