package dataset

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	gzipMagic = "\x1f\x8b"
	zstdMagic = "\x28\xb5\x2f\xfd"
	// maxWindow is what zstd may hold to look back into: that of its strongest
	// compression, zstd --ultra -22.
	maxWindow = 128 << 20
	// bufferSize is also how far the content is looked at to tell its format.
	bufferSize = 64 << 10
)

// A source is the reader of the dataset's bytes. It remembers a failure to
// read, which must not be taken for a fault of the dataset.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// An input is the content of a dataset, decompressed.
type input struct {
	text  *bufio.Reader
	file  *io.SectionReader // the same content with random access, if the source has it
	close func()
}

// open looks at the first bytes and takes off the compression.
func (s *source) open() (*input, error) {
	in := &input{file: s.section(), close: func() {}}
	in.text = bufio.NewReaderSize(s, bufferSize)
	magic, err := in.text.Peek(len(zstdMagic))
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case hasPrefix(magic, gzipMagic):
		r, err := gzip.NewReader(in.text)
		if err != nil {
			return nil, damaged("gzip", err)
		}
		in.decompress("gzip", r)
	case hasPrefix(magic, zstdMagic):
		r, err := zstd.NewReader(in.text, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, damaged("zstd", err)
		}
		in.decompress("zstd", r)
		in.close = r.Close
	}
	return in, nil
}

func (in *input) decompress(kind string, r io.Reader) {
	in.file = nil
	in.text = bufio.NewReaderSize(&decompressed{kind, r}, bufferSize)
}

// section returns the source from where it stands to its end, with random
// access; nil if it has none (a pipe, a response).
func (s *source) section() *io.SectionReader {
	at, ok := s.r.(io.ReaderAt)
	seeker, ok2 := s.r.(io.Seeker)
	if !ok || !ok2 {
		return nil
	}
	start, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil
	}
	end, err := seeker.Seek(0, io.SeekEnd)
	if err != nil {
		return nil
	}
	if _, err := seeker.Seek(start, io.SeekStart); err != nil {
		s.err = err
		return nil
	}
	return io.NewSectionReader(&sourceAt{s, at}, start, end-start)
}

// sourceAt reads a source at random, remembering a failure as the source does.
type sourceAt struct {
	s  *source
	at io.ReaderAt
}

func (s *sourceAt) ReadAt(p []byte, offset int64) (int, error) {
	n, err := s.at.ReadAt(p, offset)
	if err != nil && err != io.EOF {
		s.s.err = err
	}
	return n, err
}

// decompressed turns the errors of a decompressor into refusals.
type decompressed struct {
	kind string
	r    io.Reader
}

func (d *decompressed) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = damaged(d.kind, err)
	}
	return n, err
}

func damaged(kind string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return refuse("the %s data ends too early: the download was probably cut short; get the dataset again", kind)
	}
	return refuse("damaged %s data (%v): get the dataset again", kind, err)
}
