package rules

import (
	"slices"

	"segue.dev/shared/mining"
)

// What a request needs of a rule set is spread over some hundreds of addresses, most
// of them in main memory. Code that uses each as it comes waits for each. The functions
// here read one number at each address first: as no read depends on another of the same
// round, the processor waits for many at once. They return a sum of what they read,
// which nobody uses, and are not inlined: else a compiler could leave the reads out.

// fetchBatch is how many tracks, or names of tracks, one round reads for.
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

// fetchKeys reads what lookup reads of each key, at most fetchBatch of them: its bucket,
// and the name of the first item there with its fingerprint.
//
//go:noinline
func (r *Rules) fetchKeys(keys []key) (sum uint32) {
	var buckets [fetchBatch]struct {
		at, end     uint32
		fingerprint uint16
	}
	var items [fetchBatch]mining.Item
	x := &r.keys
	for n, k := range keys {
		bucket, fingerprint := place(hash(k.kind, k.text), len(x.buckets)-1)
		b := &buckets[n]
		b.at, b.end, b.fingerprint = x.buckets[bucket], x.buckets[bucket+1], fingerprint
	}
	for _, b := range buckets[:len(keys)] {
		sum += load(x.fingerprints, b.at) + load(x.items, b.at)
	}
	for n, b := range buckets[:len(keys)] {
		for b.at < b.end && x.fingerprints[b.at] != b.fingerprint {
			b.at++
		}
		items[n] = load(x.items, b.at)
		sum += load(r.names.offsets, items[n])
	}
	for _, i := range items[:len(keys)] {
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

// fetchCandidates reads where the playlists that hold the tracks begin, their vectors'
// lengths and their artists' supports.
//
//go:noinline
func (r *Rules) fetchCandidates(tracks []candidate) (sum uint32) {
	for _, c := range tracks {
		sum += load(r.neighbours.holders, r.neighbours.offsets[c.item])
		sum += load(r.vectorLengths, c.item) + load(r.byArtist.supports, r.tracks[c.item].artist)
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
func load[T uint8 | uint16 | uint32 | float32](column []T, at uint32) uint32 {
	if int(at) < len(column) {
		return uint32(column[at])
	}
	return 0
}
