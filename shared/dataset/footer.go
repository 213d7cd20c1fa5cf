package dataset

import (
	"encoding/binary"
	"io"
)

// A Parquet file ends with its metadata (in Thrift's compact protocol), their
// length in four bytes, and the magic. The library allocates what the metadata
// say before it looks whether that much is there, so that a damaged byte could
// end the process for want of memory: hence this check before.

const (
	footerTail = 8
	// maxFooter bounds the metadata; they grow with columns and row groups and
	// are seldom above one MiB.
	maxFooter = 16 << 20
	// maxFooterDepth is about twice what the Parquet format needs.
	maxFooterDepth = 32
)

// checkFooter refuses a file whose metadata are not all there.
func checkFooter(file *io.SectionReader) error {
	var head [len(parquetMagic)]byte
	if _, err := file.ReadAt(head[:], 0); err != nil {
		return err
	}
	if string(head[:]) != parquetMagic {
		return refuse("not Parquet, which starts with %q: set DATASET_FORMAT to the right format, or leave it empty", parquetMagic)
	}
	var tail [footerTail]byte
	if file.Size() < int64(len(head)+len(tail)) {
		return io.ErrUnexpectedEOF
	}
	if _, err := file.ReadAt(tail[:], file.Size()-footerTail); err != nil {
		return err
	}
	if string(tail[4:]) != parquetMagic {
		return io.ErrUnexpectedEOF
	}
	size := int64(binary.LittleEndian.Uint32(tail[:]))
	if size > min(maxFooter, file.Size()-footerTail) {
		return refuse("damaged Parquet: its metadata would take %d bytes; get the dataset again", size)
	}
	metadata := make([]byte, size)
	if _, err := file.ReadAt(metadata, file.Size()-footerTail-size); err != nil {
		return err
	}
	t := thrift{rest: metadata}
	if t.value(thriftStruct, 0); t.broken {
		return refuse("damaged Parquet: its metadata are not whole; get the dataset again")
	}
	return nil
}

// Types of the Thrift compact protocol, as they are written in field and list
// headers.
const (
	thriftTrue, thriftFalse              = 1, 2 // as a field without a value, in a list of one byte
	thriftByte                           = 3
	thriftI16, thriftI32, thriftI64      = 4, 5, 6
	thriftDouble, thriftBinary           = 7, 8
	thriftList, thriftSet, thriftMap     = 9, 10, 11
	thriftStruct, thriftUUID, longHeader = 12, 13, 15
)

// thrift walks over a value without keeping anything of it.
type thrift struct {
	rest   []byte
	broken bool // the value goes on beyond the rest, or is none
}

// value skips a value of a type.
func (t *thrift) value(kind byte, depth int) {
	switch kind {
	case thriftTrue, thriftFalse, thriftByte:
		t.skip(1)
	case thriftI16, thriftI32, thriftI64:
		t.varint()
	case thriftDouble:
		t.skip(8)
	case thriftUUID:
		t.skip(16)
	case thriftBinary:
		t.skip(t.varint())
	case thriftList, thriftSet:
		t.list(depth + 1)
	case thriftMap:
		t.dictionary(depth + 1)
	case thriftStruct:
		t.fields(depth + 1)
	default:
		t.broken = true
	}
}

func (t *thrift) fields(depth int) {
	t.broken = t.broken || depth > maxFooterDepth
	for !t.broken {
		header := t.byte()
		if header == 0 {
			return
		}
		if header>>4 == 0 { // the field's number follows, otherwise it is relative
			t.varint()
		}
		if kind := header & 15; kind != thriftTrue && kind != thriftFalse {
			t.value(kind, depth)
		}
	}
}

func (t *thrift) list(depth int) {
	header := t.byte()
	size := uint64(header >> 4)
	if size == longHeader {
		size = t.varint()
	}
	t.elements(size, depth, header&15)
}

func (t *thrift) dictionary(depth int) {
	size := t.varint()
	if size > 0 {
		kinds := t.byte()
		t.elements(size, depth, kinds>>4, kinds&15)
	}
}

// elements skips so many elements of values of these types. An element has at
// least a byte.
func (t *thrift) elements(size uint64, depth int, kinds ...byte) {
	t.broken = t.broken || depth > maxFooterDepth || size > uint64(len(t.rest))
	for ; size > 0 && !t.broken; size-- {
		for _, kind := range kinds {
			t.value(kind, depth)
		}
	}
}

func (t *thrift) varint() uint64 {
	v, n := binary.Uvarint(t.rest)
	if n <= 0 {
		t.broken = true
		return 0
	}
	t.rest = t.rest[n:]
	return v
}

func (t *thrift) byte() byte {
	if len(t.rest) == 0 {
		t.broken = true
		return 0
	}
	b := t.rest[0]
	t.rest = t.rest[1:]
	return b
}

func (t *thrift) skip(n uint64) {
	if n > uint64(len(t.rest)) {
		t.broken = true
		return
	}
	t.rest = t.rest[n:]
}
