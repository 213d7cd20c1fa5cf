package dataset

import "segue.dev/shared/mining"

// dataset puts the entries in order. The builder is of no use afterwards.
func (b *builder) dataset() (*Dataset, error) {
	if b.entries.n == 0 {
		return nil, refuse("no entries: the dataset must hold at least one playlist with a track")
	}
	b.items, b.playlists, b.names = nil, nil, nil
	d := &Dataset{Entries: int64(b.entries.n)}
	items, offsets := b.entries.group(int(b.nextList))
	items, supports := dropRepeats(items, offsets, len(b.tracks))
	numbers := bySupport(supports)
	d.Tracks = make([]Track, len(b.tracks))
	for old, item := range numbers {
		d.Tracks[item] = b.tracks[old]
	}
	for i, old := range items {
		items[i] = numbers[old]
	}
	d.Playlists = mining.Transactions{Items: items, Offsets: offsets, NumItems: len(d.Tracks)}
	return d, nil
}

// dropRepeats removes, in place, the items that a playlist has already had, and
// counts for each item the playlists that it is in.
func dropRepeats(items []uint32, offsets []int, tracks int) (kept, supports []uint32) {
	supports = make([]uint32, tracks)
	lastIn := make([]uint32, tracks) // 1 + the last playlist that had the item
	kept = items[:0]
	start := 0
	for p := range len(offsets) - 1 {
		for _, item := range items[start:offsets[p+1]] {
			if lastIn[item] == uint32(p)+1 {
				continue
			}
			lastIn[item] = uint32(p) + 1
			supports[item]++
			kept = append(kept, item)
		}
		start, offsets[p+1] = offsets[p+1], len(kept)
	}
	return kept, supports
}

// bySupport returns the new number of each track, given supports by order of
// first appearance (a counting sort). It takes the place of the supports.
func bySupport(supports []uint32) []uint32 {
	var next []uint32 // by support: the number of the next track that has it
	for _, support := range supports {
		if int(support) >= len(next) {
			next = append(next, make([]uint32, int(support)+1-len(next))...)
		}
		next[support]++
	}
	before := uint32(0)
	for support := len(next) - 1; support >= 0; support-- {
		next[support], before = before, before+next[support]
	}
	numbers := supports
	for track, support := range supports {
		numbers[track] = next[support]
		next[support]++
	}
	return numbers
}
