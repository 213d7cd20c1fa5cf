package rules

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
	"unsafe"

	"github.com/zeebo/xxh3"

	"segue.dev/shared/mining"
)

// TestReadIsParse reads an object as it may come in: in one piece or in many.
func TestReadIsParse(t *testing.T) {
	object := encode(t, songs, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
	for _, pace := range []Pace{AtOnce, Aside} {
		for name, from := range map[string]io.Reader{"whole": bytes.NewReader(object), "byte by byte": iotest.OneByteReader(bytes.NewReader(object))} {
			if r, err := Read(from, int64(len(object)), pace); err != nil || r.Len() != len(songs) {
				t.Errorf("%s at pace %d: %v", name, pace, err)
			}
		}
		if _, err := Read(bytes.NewReader(object), int64(len(object))+1, pace); !errors.Is(err, ErrCutOff) {
			t.Errorf("cut short at pace %d: %v", pace, err)
		}
	}
}

// TestReadAtOnce ends in, at and behind chunks and huge pages.
func TestReadAtOnce(t *testing.T) {
	object := make([]byte, 2*hugePage+chunk+7)
	rand.NewChaCha8([32]byte{}).Read(object)
	for _, size := range []int{1, headerSize, chunk, chunk + 1, hugePage - 1, hugePage, hugePage + 1, hugePage + chunk, len(object)} {
		in := &arriving{from: bytes.NewReader(object[:size]), size: size}
		got, err := readAtOnce(in)
		if err != nil || in.at != size || !bytes.Equal(got, object[:size]) {
			t.Errorf("%d bytes differ, or %d came: %v", size, in.at, err)
		}
		if sum := xxh3.Hash(object[min(headerSize, size):size]); in.sum.Sum64() != sum {
			t.Errorf("the checksum of %d bytes is %x, want %x", size, in.sum.Sum64(), sum)
		}
		if at := uintptr(unsafe.Pointer(unsafe.SliceData(got))); size >= hugePage && at%hugePage != 0 {
			t.Errorf("%d bytes begin at %x", size, at)
		}
	}
}

// TestPopulate changes nothing, wherever in a page the bytes begin and end.
func TestPopulate(t *testing.T) {
	whole := makeAligned(hugePage + 5000)
	rand.NewChaCha8([32]byte{}).Read(whole)
	before := bytes.Clone(whole)
	for _, b := range [][]byte{whole, whole[:hugePage], whole[1:], whole[4095 : len(whole)-7], whole[:5000], whole[:1], nil} {
		if populate(b); !bytes.Equal(whole, before) {
			t.Errorf("%d bytes were populated, and some changed", len(b))
		}
	}
}
