package rules

import (
	"bytes"
	"math"
	"slices"

	"segue.dev/shared/mining"
)

// What a request needs of a rule set is spread over some hundreds of addresses, most
// of them in main memory. Code that uses each as it comes waits for each. The functions
// here read one number at each address first: as no read depends on another of the same
// round, the processor waits for many at once. They return a sum of what they read,
// which nobody uses, and are not inlined: else a compiler could leave the reads out.

// fetchBatch is how many tracks one round reads for.
const fetchBatch = 16

// cacheLine is how many bytes come from memory at once.
const cacheLine = 64

// fetchSeeds reads where all that is told of the seeds and their artists begins.
//
//go:noinline
func (r *Rules) fetchSeeds(seeds []mining.Item) (sum uint32) {
	var starts [fetchBatch]struct{ holders, rules, artist uint32 }
	for some := range slices.Chunk(seeds, fetchBatch) {
		for n, i := range some {
			starts[n].holders = r.neighbours.offsets[i]
			starts[n].artist = r.byArtist.rules.offsets[r.tracks[i].artist]
			starts[n].rules = load(r.rules.offsets, load(r.antecedents.first, i))
			if int(i) < len(r.vectors.Scales) {
				vector := r.vectors.At(i)
				for at := 0; at < len(vector); at += cacheLine {
					sum += uint32(vector[at])
				}
			}
		}
		for _, x := range starts[:len(some)] {
			sum += load(r.neighbours.holders, x.holders)
			sum += load(r.rules.bytes, x.rules) + load(r.rules.bytes, x.rules+cacheLine)
			sum += load(r.byArtist.rules.bytes, x.artist) + load(r.byArtist.rules.bytes, x.artist+cacheLine)
		}
	}
	return sum
}

// fetchNames reads where find looks first for tracks that are called so, at most
// fetchBatch of them, as far as one name is to be read.
//
//go:noinline
func (r *Rules) fetchNames(texts [][]byte) (sum uint32) {
	type bucket struct {
		at, end     uint32
		fingerprint uint16
	}
	var buckets [fetchBatch]bucket
	var items [fetchBatch]mining.Item
	x := &r.keys
	for n, text := range texts {
		kind := byte(keyName)
		if bytes.Contains(text, []byte(separator)) {
			kind = keyText
		}
		number, fingerprint := place(hash(kind, text), len(x.buckets)-1)
		buckets[n] = bucket{x.buckets[number], x.buckets[number+1], fingerprint}
	}
	for _, b := range buckets[:len(texts)] {
		sum += load(x.fingerprints, b.at) + load(x.items, b.at)
	}
	for n, b := range buckets[:len(texts)] {
		for b.at < b.end && x.fingerprints[b.at] != b.fingerprint {
			b.at++
		}
		items[n] = load(x.items, b.at)
		sum += load(r.names.offsets, items[n])
	}
	for _, i := range items[:len(texts)] {
		sum += load(r.names.bytes, load(r.names.offsets, i))
	}
	return sum
}

// fetchTracks reads where the tracks of artists begin.
//
//go:noinline
func (r *Rules) fetchTracks(artists []candidate) (sum uint32) {
	for _, a := range artists {
		if at := r.byArtist.first[a.item]; int(at) < len(r.byArtist.tracks) {
			sum += r.byArtist.tracks[at].item
		}
	}
	return sum
}

// fetchHolders reads where the playlists that hold the tracks begin, and what else
// describeCandidate wants of each.
//
//go:noinline
func (r *Rules) fetchHolders(tracks []candidate) (sum uint32) {
	for _, c := range tracks {
		sum += load(r.neighbours.holders, r.neighbours.offsets[c.item]) + r.byArtist.supports[r.tracks[c.item].artist]
		if int(c.item) < len(r.vectorLengths) {
			sum += math.Float32bits(r.vectorLengths[c.item])
		}
	}
	return sum
}

// fetchTexts reads where the names of tracks and of their artists begin, and the
// tracks' URIs if they are equally long.
//
//go:noinline
func (r *Rules) fetchTexts(tracks []candidate) (sum uint32) {
	var starts [fetchBatch]struct{ name, artist uint32 }
	for some := range slices.Chunk(tracks, fetchBatch) {
		for n, c := range some {
			starts[n].name = r.names.offsets[c.item]
			starts[n].artist = r.artists.offsets[r.tracks[c.item].artist]
			sum += load(r.uris.rests.bytes, c.item*uint32(r.uris.width))
		}
		for _, x := range starts[:len(some)] {
			sum += load(r.names.bytes, x.name) + load(r.artists.bytes, x.artist)
		}
	}
	return sum
}

// load gives column[at], or 0 behind the column's end: a list may be the last, and
// rare tracks begin no antecedent.
func load[T uint8 | uint16 | uint32](column []T, at uint32) uint32 {
	if int(at) < len(column) {
		return uint32(column[at])
	}
	return 0
}
