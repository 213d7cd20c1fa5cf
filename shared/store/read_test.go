package store

import (
	"bytes"
	"crypto/md5"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// TestReadsAreWhole replaces an object by versions of other sizes all the time,
// and reads it meanwhile. The server's ETag is the MD5 of the content, and it
// looks it up before it opens the content: it may name an earlier version than
// the body's, which the next conditional request finds out, but never a later.
func TestReadsAreWhole(t *testing.T) {
	b := newBucket(t)
	var versions sync.Map // number of each version, by ETag
	version := func(n int) *bytes.Reader {
		body := bytes.Repeat([]byte{byte(n)}, n*7919%300_000)
		versions.Store(fmt.Sprintf(`"%x"`, md5.Sum(body)), n)
		return bytes.NewReader(body)
	}
	etag, err := b.Create(t.Context(), "rules", version(0))
	if err != nil {
		t.Fatal(err)
	}
	var enough atomic.Bool
	var writer sync.WaitGroup
	defer writer.Wait()
	defer enough.Store(true)
	writer.Go(func() {
		for n := 1; !enough.Load(); n++ {
			if etag, err = b.Replace(t.Context(), "rules", version(n), etag); err != nil {
				t.Error(err)
				return
			}
		}
	})
	last := 0
	for reads := 0; (reads < 200 || last < 20) && !t.Failed(); reads++ {
		object, err := b.Get(t.Context(), "rules", "")
		if err != nil {
			t.Fatal(err)
		}
		body, whole := versions.Load(fmt.Sprintf(`"%x"`, md5.Sum(object.Body)))
		named, known := versions.Load(object.ETag)
		if !whole || !known || named.(int) > body.(int) || body.(int) < last {
			t.Fatalf("%d bytes, which are version %v, with the ETag of version %v, after version %d", len(object.Body), body, named, last)
		}
		last = body.(int)
	}
}

// TestPolling reads as the recommender does: the whole only when it changed.
func TestPolling(t *testing.T) {
	b := newBucket(t)
	known := create(t, b, "rules/current", "one")
	for range 3 {
		if _, err := b.Get(t.Context(), "rules/current", known); !errors.Is(err, ErrNotModified) {
			t.Fatal(err)
		}
	}
	next, err := b.Replace(t.Context(), "rules/current", bytes.NewReader([]byte("two")), known)
	if err != nil {
		t.Fatal(err)
	}
	object, err := b.Get(t.Context(), "rules/current", known)
	if err != nil || string(object.Body) != "two" || object.ETag != next {
		t.Errorf("after a change: %+v, %v", object, err)
	}
}

func BenchmarkGet(b *testing.B) {
	bucket := newBucket(b)
	for _, size := range []int{100, 1 << 20, 16 << 20} {
		key := fmt.Sprintf("%dB", size)
		etag := create(b, bucket, key, string(make([]byte, size)))
		b.Run(key, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bucket.Get(b.Context(), key, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(key+"/unchanged", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bucket.Get(b.Context(), key, etag); !errors.Is(err, ErrNotModified) {
					b.Fatal(err)
				}
			}
		})
	}
}
