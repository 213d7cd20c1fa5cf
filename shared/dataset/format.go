package dataset

import (
	"bytes"
	"io"
	"strings"
)

// foreign lists what is no dataset, by its first bytes.
var foreign = []struct{ magic, what, advice string }{
	{gzipMagic, "data compressed twice", "compress it once"},
	{zstdMagic, "data compressed twice", "compress it once"},
	{"\xff\xfe", "UTF-16 text", "convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8"},
	{"\xfe\xff", "UTF-16 text", "convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8"},
	{"PK\x03\x04", "a ZIP archive or a spreadsheet", "unpack the file, or save the sheet as CSV, and compress it with gzip if it must be small"},
	{"BZh", "bzip2 data", "use gzip or zstd"},
	{"\xfd7zXZ\x00", "xz data", "use gzip or zstd"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack the file, and compress it with gzip if it must be small"},
	{"PARE", "encrypted Parquet", "decrypt it"},
}

const (
	byteOrderMark = "\xef\xbb\xbf"
	parquetMagic  = "PAR1"
	tarMagic      = "ustar"
	tarMagicAt    = 257
	// binaryWithin so many bytes there is a NUL: in text, one comes by accident
	// and is refused where it is.
	binaryWithin = 512
)

// format returns the wanted format, or else the one that the content shows, and
// refuses what cannot be a dataset. It takes off a byte order mark.
func (in *input) format(wanted string) (string, error) {
	head, err := in.text.Peek(bufferSize)
	if err != nil && err != io.EOF {
		return "", err
	}
	if hasPrefix(head, byteOrderMark) {
		head = head[len(byteOrderMark):]
		if _, err := in.text.Discard(len(byteOrderMark)); err != nil {
			return "", err
		}
	}
	if err := refuseForeign(head); err != nil {
		return "", err
	}
	if wanted != "" {
		return wanted, nil
	}
	return formatOf(head), nil
}

func refuseForeign(head []byte) error {
	for _, f := range foreign {
		if hasPrefix(head, f.magic) {
			return refuse("%s, not a dataset: %s", f.what, f.advice)
		}
	}
	if len(head) > tarMagicAt && hasPrefix(head[tarMagicAt:], tarMagic) {
		return refuse("a tar archive, not a dataset: unpack it and give one file")
	}
	text := bytes.TrimSpace(head)
	if len(text) == 0 {
		return refuse("the dataset is empty: see that what makes it has finished")
	}
	if text[0] == '<' {
		return refuse("an HTML or XML page, not a dataset (it starts %q): the address probably answers with an error or a login page; open it in a browser", excerpt(text))
	}
	if start := head[:min(len(head), binaryWithin)]; !hasPrefix(head, parquetMagic) && bytes.IndexByte(start, 0) >= 0 {
		return refuse("binary data of an unknown kind, not a dataset: give CSV, JSON of the Million Playlist Dataset, FIMI or Parquet, plain or in gzip or zstd")
	}
	return nil
}

// formatOf tells the format by the first bytes of what may be a dataset.
// Numbers between spaces are FIMI; any other text is taken for CSV.
func formatOf(head []byte) string {
	text := bytes.TrimSpace(head)
	line, _, _ := bytes.Cut(text, []byte{'\n'})
	switch {
	case hasPrefix(head, parquetMagic):
		return Parquet
	case text[0] == '{' || text[0] == '[':
		return MPD
	case len(bytes.Trim(line, "0123456789 \t\r")) == 0:
		return FIMI
	default:
		return CSV
	}
}

// excerpt returns the start of a text on one line.
func excerpt(text []byte) string {
	const shown = 80
	text = text[:min(len(text), shown)]
	return strings.Join(strings.Fields(strings.ToValidUTF8(string(text), "")), " ")
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}
