package dataset

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// An index and an arena do what a map of strings does.
func TestIndexIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, kept := newIndex(), arena{}
		want := map[string]uint32{}
		keys := rapid.SliceOfN(rapid.StringN(0, 4, -1), 0, 200).Draw(t, "keys")
		for n := range rapid.IntRange(0, 5_000).Draw(t, "more") { // so many that the table grows
			keys = append(keys, fmt.Sprint(n%4_000))
		}
		for _, key := range keys {
			number, known := x.find([]byte(key))
			if old, ok := want[key]; ok != known || ok && number != old {
				t.Fatalf("find(%q) is %d, %t; want %d, %t", key, number, known, old, ok)
			}
			if !known {
				want[key] = x.add(kept.hold([]byte(key)))
			}
		}
		if len(x.keys) != len(want) {
			t.Fatalf("%d keys, want %d", len(x.keys), len(want))
		}
		for key, number := range want {
			if x.keys[number] != key {
				t.Fatalf("key %d is %q, want %q", number, x.keys[number], key)
			}
		}
	})
}

// Keys with equal hashes are told apart, also where the table's end is passed.
func TestIndexWithEqualHashes(t *testing.T) {
	x := newIndex()
	for n := range 100 {
		x.keys = append(x.keys, fmt.Sprint(n))
		x.put(slot{1<<32 - 1, uint32(n + 1)})
	}
	for range 2 {
		for n, key := range x.keys {
			if number, known := x.findHashed(1<<32-1, []byte(key)); !known || number != uint32(n) {
				t.Errorf("key %q is number %d, known %t", key, number, known)
			}
		}
		if _, known := x.findHashed(1<<32-1, []byte("another")); known {
			t.Error("a key that was never added is known")
		}
		x.grow()
	}
}

func TestArenaHoldsCopies(t *testing.T) {
	var a arena
	var held, want []string
	for n := range 3 * arenaSize / 100 {
		text := []byte(strings.Repeat(string(rune('a'+n%26)), n%300))
		want, held = append(want, string(text)), append(held, a.hold(text))
		clear(text)
	}
	for n := range want {
		if held[n] != want[n] {
			t.Fatalf("text %d is %q, want %q", n, held[n], want[n])
		}
	}
	if long := strings.Repeat("x", 2*arenaSize); a.hold([]byte(long)) != long {
		t.Error("a long text is not held")
	}
}
