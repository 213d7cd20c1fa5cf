package rules

import (
	"fmt"
	"slices"
	"unsafe"
)

// number is an element of a column.
type number interface {
	int8 | uint16 | uint32 | float32 | track | artistTrack
}

// bytesOf is the column's memory, seen as bytes.
func bytesOf[T number](column []T) []byte {
	if len(column) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&column[0])), len(column)*int(unsafe.Sizeof(column[0])))
}

// columnOf sees the bytes as a column, without a copy.
func columnOf[T number](b []byte) ([]T, error) {
	size := int(unsafe.Sizeof(*new(T)))
	if len(b)%size != 0 {
		return nil, fmt.Errorf("%d bytes are no whole number of %d-byte elements", len(b), size)
	}
	if len(b) == 0 {
		return nil, nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), len(b)/size), nil
}

// column lays a column over a section.
func column[T number](s *[sectionEnd][]byte, kind int, to *[]T) error {
	c, err := columnOf[T](s[kind])
	if err != nil {
		return fmt.Errorf("section %d: %w", kind, err)
	}
	*to = c
	return nil
}

// indices checks a column's length and that its values are below bound.
func indices(what string, c []uint32, length, bound int) error {
	if len(c) != length {
		return fmt.Errorf("%d entries of %s where %d belong", len(c), what, length)
	}
	if len(c) > 0 && uint64(slices.Max(c)) >= uint64(bound) {
		return fmt.Errorf("an entry of %s is out of bounds", what)
	}
	return nil
}

// positive checks supports that are divided by.
func positive(what string, supports []uint32) error {
	if len(supports) > 0 && slices.Min(supports) == 0 {
		return fmt.Errorf("the support of one %s is 0", what)
	}
	return nil
}

// offsets checks that c cuts [0, end) into n ranges, in order.
func offsets(what string, c []uint32, n, end int) error {
	if len(c) == 0 && n == 0 && end == 0 {
		return nil
	}
	if len(c) != n+1 || c[0] != 0 || int(c[n]) != end || !slices.IsSorted(c) {
		return fmt.Errorf("the offsets of each %s do not fit", what)
	}
	return nil
}

// texts is a column of strings: string i is bytes[offsets[i]:offsets[i+1]].
type texts struct {
	offsets []uint32
	bytes   []byte
}

func (s *texts) slice(sections *[sectionEnd][]byte, offsets, bytes int) error {
	s.bytes = sections[bytes]
	return column(sections, offsets, &s.offsets)
}

func (s *texts) check(what string, n int) error { return offsets(what, s.offsets, n, len(s.bytes)) }

func (s *texts) len() int { return max(0, len(s.offsets)-1) }

func (s *texts) at(i uint32) string {
	return unsafe.String(unsafe.SliceData(s.bytes[s.offsets[i]:]), int(s.offsets[i+1]-s.offsets[i]))
}
