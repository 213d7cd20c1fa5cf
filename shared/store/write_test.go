package store

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

// TestBytesComeBack writes bodies of all sizes, in both ways, and reads them in
// both ways.
func TestBytesComeBack(t *testing.T) {
	b := newBucket(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		key := rapid.StringMatching(`[a-z]{1,8}(/[A-Za-z0-9_. +-]{1,12}é?)?`).Draw(t, "key") + strconv.Itoa(n)
		first := rapid.SliceOfN(rapid.Byte(), 0, 3000).Draw(t, "first")
		second := bytes.Repeat(first, rapid.IntRange(0, 1000).Draw(t, "repeat"))

		reader := bytes.NewReader(first)
		reader.Seek(int64(len(first)/2), io.SeekStart) // to be read from its start all the same
		etag, err := b.Create(t.Context(), key, reader)
		if err != nil {
			t.Fatal(err)
		}
		wantBytes(t, b, key, first, etag)
		etag, err = b.Replace(t.Context(), key, bytes.NewReader(second), etag)
		if err != nil {
			t.Fatal(err)
		}
		wantBytes(t, b, key, second, etag)
	})
}

func wantBytes(t *rapid.T, b *Bucket, key string, want []byte, etag string) {
	object, err := b.Get(t.Context(), key, "")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(object.Body, want) || object.ETag != etag || cap(object.Body) != len(want) || object.LastModified.IsZero() {
		t.Fatalf("get: %d bytes in %d, ETag %s, of %s; want %d bytes, %s",
			len(object.Body), cap(object.Body), object.ETag, object.LastModified, len(want), etag)
	}
	body, size, err := b.Reader(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if read, err := io.ReadAll(body); err != nil || !bytes.Equal(read, want) || size != int64(len(want)) {
		t.Fatalf("reader: %d bytes of %d, %v; want %d", len(read), size, err, len(want))
	}
	if size, stat, err := b.Stat(t.Context(), key); err != nil || size != int64(len(want)) || stat != etag {
		t.Fatalf("stat: %d bytes, %s, %v; want %d, %s", size, stat, err, len(want), etag)
	}
}

func TestOneCreatorWins(t *testing.T) {
	b := newBucket(t)
	for round := range 10 {
		key := strconv.Itoa(round)
		won := make(chan int, 100)
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				_, err := b.Create(t.Context(), key, strings.NewReader(strconv.Itoa(i)))
				if err == nil {
					won <- i
				} else if !errors.Is(err, ErrExists) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		close(won)
		winner := <-won
		for other := range won {
			t.Errorf("round %d: both %d and %d created the object", round, winner, other)
		}
		object, err := b.Get(t.Context(), key, "")
		if err != nil || string(object.Body) != strconv.Itoa(winner) {
			t.Errorf("round %d: %d won, the object is %+v, %v", round, winner, object, err)
		}
	}
}

func TestNoUpdateIsLost(t *testing.T) {
	b := newBucket(t)
	create(t, b, "counter", "0")
	const writers, rounds = 8, 25
	var conflicts atomic.Int64
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range rounds {
				for {
					err := increment(t, b)
					if err == nil {
						break
					}
					if !errors.Is(err, ErrConflict) {
						t.Error(err)
						return
					}
					conflicts.Add(1)
				}
			}
		})
	}
	wg.Wait()
	object, err := b.Get(t.Context(), "counter", "")
	if err != nil || string(object.Body) != strconv.Itoa(writers*rounds) {
		t.Errorf("the counter stands at %+v, %v; want %d", object, err, writers*rounds)
	}
	if conflicts.Load() == 0 {
		t.Error("the writers never met: the test shows nothing")
	}
}

func increment(t *testing.T, b *Bucket) error {
	object, err := b.Get(t.Context(), "counter", "")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(string(object.Body))
	if err != nil {
		return err
	}
	_, err = b.Replace(t.Context(), "counter", strings.NewReader(strconv.Itoa(n+1)), object.ETag)
	return err
}

func TestTooLargeForOneWrite(t *testing.T) {
	var requests atomic.Int64
	b := openAt(t, serve(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) }), hurried)
	file, err := os.Create(filepath.Join(t.TempDir(), "sparse"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Truncate(maxObject + 1); err != nil {
		t.Fatal(err)
	}
	_, err = b.Create(t.Context(), "k", file)
	wantOnly(t, err, nil, "s3://segue/k", "5368709121 bytes")
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests", n)
	}
}
