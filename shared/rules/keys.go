package rules

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/zeebo/xxh3"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// The ways to name a track, each a space of keys of its own.
const (
	keyURI    = 'u' // as the dataset has it
	keyText   = 't' // folded "artist - name"
	keyName   = 'n' // folded name
	keyArtist = 'a' // folded artist
)

// perBucket is how many keys a bucket holds, at the most, on average.
const perBucket = 8

// keys are a hash table of the tracks' names: the first bits of a key's hash
// are its bucket, the next 16 its fingerprint. Bucket b has the entries
// [buckets[b], buckets[b+1]), in the order of their items.
type keys struct {
	buckets      []uint32
	fingerprints []uint16
	items        []mining.Item
}

func (k *keys) slice(s *[sectionEnd][]byte) error {
	return errors.Join(
		column(s, sectionKeyBuckets, &k.buckets),
		column(s, sectionKeyFingerprints, &k.fingerprints),
		column(s, sectionKeyItems, &k.items),
	)
}

func (k *keys) check() error {
	n := len(k.buckets) - 1
	if n < 1 || n&(n-1) != 0 || len(k.fingerprints) != len(k.items) {
		return fmt.Errorf("%d buckets, %d fingerprints and %d items are no table of keys", n, len(k.fingerprints), len(k.items))
	}
	return offsets("bucket of keys", k.buckets, n, len(k.items))
}

// place is the bucket of a hash among n, a power of two, and its fingerprint.
func place(hash uint64, n int) (bucket int, fingerprint uint16) {
	b := bits.Len(uint(n)) - 1
	return int(hash >> (64 - b)), uint16(hash << b >> 48)
}

// hash is the key's hash in the space of its kind.
func hash(kind byte, key []byte) uint64 { return xxh3.HashSeed(key, uint64(kind)) }

// key names a track.
type key struct {
	kind byte
	text []byte
	name int // where the name begins in "artist - name", if that is known
}

// lookup finds the item that the key names. Equal fingerprints are told apart by the
// strings themselves.
func (r *Rules) lookup(k key) (mining.Item, bool) {
	if len(k.text) == 0 {
		return 0, false
	}
	x := &r.keys
	bucket, fingerprint := place(hash(k.kind, k.text), len(x.buckets)-1)
	for at := x.buckets[bucket]; at < x.buckets[bucket+1]; at++ {
		if x.fingerprints[at] == fingerprint && r.hasKey(x.items[at], k) {
			return x.items[at], true
		}
	}
	return 0, false
}

// hasKey tells whether the key names item i, whose number may be damaged, with
// or without the notes of its version.
func (r *Rules) hasKey(i mining.Item, k key) bool {
	if int(i) >= r.Len() {
		return false
	}
	if k.kind == keyURI {
		prefix, rest := r.uris.prefix, r.uris.rest(i)
		return len(rest) > 0 && len(k.text) == len(prefix)+len(rest) && string(k.text[:len(prefix)]) == prefix && string(k.text[len(prefix):]) == rest
	}
	var folded [200]byte
	called := r.called(folded[:0], i, k.kind)
	if k.name > 0 && k.name != called.name {
		return false
	}
	rest, has := bytes.CutPrefix(called.text, k.text)
	switch {
	case !has:
		return false
	case len(rest) == 0:
		return true
	}
	return k.kind != keyArtist && len(k.text) > called.name && beginsNote(rest) && withoutNote(k.text, called.name, notes) == nil
}

// isCalled tells whether item i is called what the key says, without notes.
func (r *Rules) isCalled(i mining.Item, k key) bool {
	var folded [200]byte
	return bytes.Equal(r.called(folded[:0], i, k.kind).text, k.text)
}

// called is the key of that kind, no URI, that has all of what item i is called.
func (r *Rules) called(to []byte, i mining.Item, kind byte) key {
	switch kind {
	case keyArtist:
		return key{kind: kind, text: r.appendArtist(to, i)}
	case keyName:
		return key{kind: kind, text: r.appendName(to, i)}
	}
	to = append(r.appendArtist(to, i), separator...)
	return key{kind, r.appendName(to, i), len(to)}
}

// keyIndex gathers the keys of all tracks.
type keyIndex struct {
	entries []keyEntry
	seen    map[string]mining.Item // by kind and key
}

type keyEntry struct {
	hash uint64
	item mining.Item
}

// newKeyIndex gathers the keys of tracks, the best supported of which come first.
func newKeyIndex(tracks []catalog.Track) *keyIndex {
	x := &keyIndex{seen: make(map[string]mining.Item)}
	artists, names := make([]string, len(tracks)), make([]string, len(tracks))
	for n, t := range tracks {
		i := mining.Item(n)
		artists[i], names[i] = catalog.Fold(t.Artist), catalog.Fold(t.Name)
		x.add(i, keyURI, t.URI)
		x.add(i, keyArtist, artists[i])
		if names[i] != "" {
			x.add(i, keyText, artists[i]+separator+names[i])
		}
	}
	// All that is written out is known now, and comes before what is shortened.
	for i, name := range names {
		if name == "" {
			continue
		}
		x.add(mining.Item(i), keyName, name)
		called := x.add(mining.Item(i), keyText, artists[i]+separator+base(name))
		if artists[called] != artists[i] { // "A - B" by nobody is like "B" by A
			called = mining.Item(i)
		}
		x.add(called, keyName, base(name))
	}
	return x
}

// add adds a key, unless there is one already, and gives the item that has it.
func (x *keyIndex) add(i mining.Item, kind byte, key string) mining.Item {
	if key == "" {
		return i
	}
	id := string(kind) + key
	if known, has := x.seen[id]; has {
		return known
	}
	x.seen[id] = i
	x.entries = append(x.entries, keyEntry{hash(kind, []byte(key)), i})
	return i
}

// table lays the keys out in buckets.
func (x *keyIndex) table() (k keys) {
	n := 1
	for n*perBucket < len(x.entries) {
		n *= 2
	}
	k.buckets = make([]uint32, n+1)
	slices.SortFunc(x.entries, func(a, b keyEntry) int {
		ofA, _ := place(a.hash, n)
		ofB, _ := place(b.hash, n)
		return cmp.Or(cmp.Compare(ofA, ofB), cmp.Compare(a.item, b.item), cmp.Compare(a.hash, b.hash))
	})
	for _, e := range x.entries {
		bucket, fingerprint := place(e.hash, n)
		k.buckets[bucket+1]++
		k.fingerprints, k.items = append(k.fingerprints, fingerprint), append(k.items, e.item)
	}
	for b := range n {
		k.buckets[b+1] += k.buckets[b]
	}
	return k
}
