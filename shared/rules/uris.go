package rules

import (
	"errors"
	"strings"
	"unsafe"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// uris are the tracks' URIs. What all begin with lies there once; of rests that
// are all as long, as those of most catalogs are, no offsets are kept.
type uris struct {
	prefix string
	rests  texts
	width  int // of each rest, if there are no offsets
}

func (u *uris) slice(s *[sectionEnd][]byte) error {
	u.prefix = unsafe.String(unsafe.SliceData(s[sectionURIPrefix]), len(s[sectionURIPrefix]))
	return u.rests.slice(s, sectionURIOffsets, sectionURIs)
}

func (u *uris) check(tracks int) error {
	if len(u.rests.offsets) > 0 || tracks == 0 {
		return u.rests.check("URIs", tracks)
	}
	if u.width = len(u.rests.bytes) / tracks; u.width*tracks != len(u.rests.bytes) {
		return errors.New("the URIs are not equally long, and have no offsets")
	}
	return nil
}

// rest is the URI of track i without the prefix; "" if it has none.
func (u *uris) rest(i mining.Item) string {
	if len(u.rests.offsets) > 0 {
		return u.rests.at(i)
	}
	return unsafe.String(unsafe.SliceData(u.rests.bytes[int(i)*u.width:]), u.width)
}

func encodeURIs(sections *[sectionEnd][]byte, tracks []catalog.Track) error {
	prefix := uriPrefix(tracks)
	var rests blob
	equal, width := true, 0
	for i, t := range tracks {
		rest := strings.TrimPrefix(t.URI, prefix)
		if rests.add(rest); i == 0 {
			width = len(rest)
		}
		equal = equal && len(rest) == width
	}
	err := rests.put(sections, sectionURIOffsets, sectionURIs)
	if equal {
		sections[sectionURIOffsets] = nil
	}
	sections[sectionURIPrefix] = []byte(prefix)
	return err
}

// uriPrefix is what all URIs begin with, so that it need not lie there for each.
// None is the prefix alone: an empty rest means that there is no URI.
func uriPrefix(tracks []catalog.Track) (prefix string) {
	first := true
	for _, t := range tracks {
		switch {
		case t.URI == "":
		case first:
			prefix, first = t.URI[:len(t.URI)-1], false
		default:
			n := 0
			for n < len(prefix) && n < len(t.URI)-1 && prefix[n] == t.URI[n] {
				n++
			}
			prefix = prefix[:n]
		}
	}
	return prefix
}
