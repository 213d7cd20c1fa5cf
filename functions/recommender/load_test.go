package main

import (
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"segue.dev/shared/rules"
)

// TestReloadsUnderLoad swaps rules two hundred times while clients ask: every
// answer is whole and from one rule set, and nothing of the old ones stays.
func TestReloadsUnderLoad(t *testing.T) {
	storage := newStorage(t)
	storage.publish("first", playlists, 1)
	s := newSite(t, storage.bucket)
	s.awaitServed("first", 1)
	const body = `{"songs":["Yesterday"],"limit":3}`
	answers := map[string]string{"first": s.raw(body)}
	storage.publish("second", otherPlaylists, 2)
	s.awaitServed("second", 2)
	answers["second"] = s.raw(body)
	first, second := pointers(t, "first", playlists), pointers(t, "second", otherPlaylists)

	var asked, wrong atomic.Int64
	var clients sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if got := s.raw(body); got != answers["first"] && got != answers["second"] {
					wrong.Add(1)
				}
				asked.Add(1)
			}
		})
	}
	before := heap()
	var old []weak.Pointer[model]
	for generation := int64(3); generation < 203; generation++ {
		old = append(old, weak.Make(s.reloader.serving.Load()))
		id, pointer := "first", first
		if generation%2 == 0 {
			id, pointer = "second", second
		}
		storage.put(rules.CurrentKey, pointer(generation))
		s.awaitServed(id, generation)
	}
	close(stop)
	clients.Wait()
	if wrong.Load() > 0 || asked.Load() == 0 {
		t.Errorf("%d of %d answers were wrong", wrong.Load(), asked.Load())
	}
	if grown := heap() - before; grown > 4<<20 {
		t.Errorf("%d KiB more than before", grown>>10)
	}
	kept := 0
	for _, m := range old {
		if m.Value() != nil {
			kept++
		}
	}
	if kept > 1 {
		t.Errorf("%d of %d rule sets that were replaced are still there", kept, len(old))
	}
}

// pointers gives pointers to a rule set, by generation.
func pointers(t *testing.T, id, csv string) func(int64) []byte {
	object := encodeRules(t, id, csv)
	return func(generation int64) []byte { return pointerTo(id, object, generation) }
}

// raw asks and gives the answer as it came.
func (s *site) raw(body string) string {
	got, err := http.Post(s.url+"/api/recommend", "application/json", strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	defer got.Body.Close()
	read, err := io.ReadAll(got.Body)
	if err != nil {
		return err.Error()
	}
	return string(read)
}

// heap is what lives there, in bytes.
func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// TestStrictReloads asks right after new rules were published, with an interval
// that would never come: the answer is from them.
func TestStrictReloads(t *testing.T) {
	storage := newStorage(t)
	storage.publish("first", playlists, 1)
	s := newStrictSite(t, storage.bucket, time.Hour)
	for generation := int64(2); generation < 12; generation++ {
		id, csv := "first", playlists
		if generation%2 == 0 {
			id, csv = "second", otherPlaylists
		}
		storage.publish(id, csv, generation)
		var clients sync.WaitGroup
		for range 5 {
			clients.Go(func() {
				if got := s.raw(`{"songs":["Yesterday"]}`); !strings.Contains(got, `"id":"`+id+`"`) {
					t.Errorf("asked after %s was published: %s", id, got)
				}
			})
		}
		clients.Wait()
	}
}
