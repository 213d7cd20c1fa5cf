package rules

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

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

// TestPopulate changes nothing, wherever in a page the bytes begin and end.
func TestPopulate(t *testing.T) {
	whole := bytes.Repeat([]byte("segue"), 20_000)
	for _, b := range [][]byte{whole, whole[1:], whole[4095 : len(whole)-7], whole[:5000], whole[:1], nil} {
		before := bytes.Clone(b)
		if populate(b); !bytes.Equal(b, before) {
			t.Errorf("%d bytes were changed", len(b))
		}
	}
}
