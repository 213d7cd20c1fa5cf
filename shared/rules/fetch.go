package rules

import "segue.dev/shared/mining"

// fetch reads a little of all that is told of the seeds and their artists, before
// any of it is used. Most of it lies in main memory, and the processor waits for
// many places at once, if where they are does not depend on what it waits for. It
// gives what it read, to be kept, so that no compiler leaves it out.
func (r *Rules) fetch(seeds []mining.Item) (read uint32) {
	const step = 64 // bytes that come together
	var starts [16]struct{ holders, rules, artist uint32 }
	for ; len(seeds) > 0; seeds = seeds[min(len(seeds), len(starts)):] {
		some := seeds[:min(len(seeds), len(starts))]
		for n, i := range some {
			starts[n].holders = r.neighbours.offsets[i]
			starts[n].artist = r.byArtist.rules.offsets[r.tracks[i].artist]
			starts[n].rules = 0
			if int(i)+1 < len(r.antecedents.first) {
				starts[n].rules = r.rules.offsets[r.antecedents.first[i]]
			}
			if int(i) < len(r.vectors.Scales) {
				vector := r.vectors.At(i)
				for at := 0; at < len(vector); at += step {
					read += uint32(vector[at])
				}
			}
		}
		for n := range some {
			x := &starts[n]
			read += touch(r.neighbours.holders, int(x.holders))
			read += touch(r.rules.bytes, int(x.rules)) + touch(r.rules.bytes, int(x.rules)+step)
			read += touch(r.byArtist.rules.bytes, int(x.artist)) + touch(r.byArtist.rules.bytes, int(x.artist)+step)
		}
	}
	return read
}

// touch reads one of a column.
func touch[T uint8 | uint16](column []T, at int) uint32 {
	if at < len(column) {
		return uint32(column[at])
	}
	return 0
}

// fetchTracks reads where the tracks of artists begin.
func (r *Rules) fetchTracks(artists []candidate) (read uint32) {
	for _, a := range artists {
		if at := r.byArtist.first[a.item]; int(at) < len(r.byArtist.tracks) {
			read += r.byArtist.tracks[at].item
		}
	}
	return read
}
