package dataset

import "segue.dev/shared/mining"

// Subset is the dataset that holds only the playlists for which keep is true,
// as if it had been read so: its tracks are numbered anew, by their support in
// it. Origin gives each its number in d.
func (d *Dataset) Subset(keep func(playlist int) bool) (subset *Dataset, origin []mining.Item) {
	subset = new(Dataset)
	numbers := make([]uint32, len(d.Tracks)) // 1 + by first appearance in the subset
	var supports []uint32
	var playlist []mining.Item
	for p := range d.Playlists.Len() {
		if !keep(p) {
			continue
		}
		playlist = playlist[:0]
		for _, old := range d.Playlists.At(p) {
			if numbers[old] == 0 {
				origin, supports = append(origin, old), append(supports, 0)
				numbers[old] = uint32(len(origin))
			}
			supports[numbers[old]-1]++
			playlist = append(playlist, numbers[old]-1)
		}
		subset.Playlists.Append(playlist...)
	}
	subset.Entries = int64(len(subset.Playlists.Items))
	return subset, subset.number(d.Tracks, origin, supports)
}

// number numbers the tracks by support and gives their origins in that order.
func (d *Dataset) number(tracks []Track, origin []mining.Item, supports []uint32) []mining.Item {
	ordered := make([]mining.Item, len(origin))
	d.Tracks = make([]Track, len(origin))
	numbers := bySupport(supports)
	for first, item := range numbers {
		ordered[item], d.Tracks[item] = origin[first], tracks[origin[first]]
	}
	for i, first := range d.Playlists.Items {
		d.Playlists.Items[i] = numbers[first]
	}
	return ordered
}
