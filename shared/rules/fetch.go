package rules

import (
	"slices"

	"segue.dev/shared/mining"
)

// What a request needs of a rule set lies in some hundreds of places, most of them in
// main memory, and to wait for one after the other would take most of its time. The
// processor waits for many at once if they are read one after the other and nothing
// depends on what was read. That is what the functions here do before the places are
// used. What they read they give back only so that no compiler leaves it out.

// together is how many things are fetched at a time.
const together = 16

// line is how many bytes come from memory at once.
const line = 64

// fetchSeeds reads where all that is told of the seeds and their artists begins.
//
//go:noinline
func (r *Rules) fetchSeeds(seeds []mining.Item) (read uint32) {
	var starts [together]struct{ holders, rules, artist uint32 }
	for some := range slices.Chunk(seeds, together) {
		for n, i := range some {
			starts[n].holders = r.neighbours.offsets[i]
			starts[n].artist = r.byArtist.rules.offsets[r.tracks[i].artist]
			starts[n].rules = touch(r.rules.offsets, touch(r.antecedents.first, i))
			if int(i) < len(r.vectors.Scales) {
				vector := r.vectors.At(i)
				for at := 0; at < len(vector); at += line {
					read += uint32(vector[at])
				}
			}
		}
		for _, x := range starts[:len(some)] {
			read += touch(r.neighbours.holders, x.holders)
			read += touch(r.rules.bytes, x.rules) + touch(r.rules.bytes, x.rules+line)
			read += touch(r.byArtist.rules.bytes, x.artist) + touch(r.byArtist.rules.bytes, x.artist+line)
		}
	}
	return read
}

// fetchTracks reads where the tracks of artists begin.
//
//go:noinline
func (r *Rules) fetchTracks(artists []candidate) (read uint32) {
	for _, a := range artists {
		if at := r.byArtist.first[a.item]; int(at) < len(r.byArtist.tracks) {
			read += r.byArtist.tracks[at].item
		}
	}
	return read
}

// fetchHolders reads where the playlists that hold the tracks begin.
//
//go:noinline
func (r *Rules) fetchHolders(tracks []candidate) (read uint32) {
	for _, c := range tracks {
		read += touch(r.neighbours.holders, r.neighbours.offsets[c.item])
	}
	return read
}

// fetchTexts reads where the names and URIs of tracks, and of their artists, begin.
//
//go:noinline
func (r *Rules) fetchTexts(tracks []candidate) (read uint32) {
	var starts [together]struct{ name, artist uint32 }
	for some := range slices.Chunk(tracks, together) {
		for n, c := range some {
			starts[n].name = r.names.offsets[c.item]
			starts[n].artist = r.artists.offsets[r.tracks[c.item].artist]
			read += touch(r.uris.rests.bytes, c.item*uint32(r.uris.width))
		}
		for _, x := range starts[:len(some)] {
			read += touch(r.names.bytes, x.name) + touch(r.artists.bytes, x.artist)
		}
	}
	return read
}

// touch reads one of a column, if it has so many.
func touch[T uint8 | uint16 | uint32](column []T, at uint32) uint32 {
	if int(at) < len(column) {
		return uint32(column[at])
	}
	return 0
}
