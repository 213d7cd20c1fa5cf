package rules

import (
	"errors"
	"slices"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// versions are the tracks that a dataset holds under several URIs: those of one
// artist and name are one song, regardless of case, accents and Unicode form.
// Whoever has one wants none of the others.
type versions struct {
	items []mining.Item // ascending: tracks that have other versions
	next  []mining.Item // of each, the next version; the last leads to the first
	// isItem is the same as items: most tracks have no versions, and a bit tells so at
	// once.
	isItem bitset
}

// versionsOf finds the tracks that are one song.
func versionsOf(tracks []catalog.Track) (v versions) {
	ends := make(map[string][2]mining.Item) // by song: its first and its last track
	next := make(map[mining.Item]mining.Item)
	for n, t := range tracks {
		i, name := mining.Item(n), catalog.Fold(t.Name)
		if name == "" { // nobody knows what song it is
			continue
		}
		song := catalog.Fold(t.Artist) + separator + name
		if known, ok := ends[song]; ok {
			next[known[1]], next[i] = i, known[0]
			ends[song] = [2]mining.Item{known[0], i}
		} else {
			ends[song] = [2]mining.Item{i, i}
		}
	}
	for i := range next {
		v.items = append(v.items, i)
	}
	slices.Sort(v.items)
	for _, i := range v.items {
		v.next = append(v.next, next[i])
	}
	return v
}

func (v *versions) slice(s *[sectionEnd][]byte) error {
	return errors.Join(column(s, sectionVersionItems, &v.items), column(s, sectionVersionNext, &v.next))
}

func (v *versions) check(tracks int) error {
	if !slices.IsSorted(v.items) {
		return errors.New("tracks that have versions are out of order")
	}
	return errors.Join(
		indices("tracks that have versions", v.items, len(v.next), tracks),
		indices("next versions", v.next, len(v.items), tracks),
	)
}

// index makes isItem.
func (v *versions) index(tracks int) {
	v.isItem = newBitset(tracks)
	for _, i := range v.items {
		v.isItem.set(i)
	}
}

// of appends the other versions of a track.
func (v *versions) of(i mining.Item, to []mining.Item) []mining.Item {
	if !v.isItem.has(i) {
		return to
	}
	version := i
	for range v.items { // fewer, unless it is damaged
		at, has := slices.BinarySearch(v.items, version)
		if !has || v.next[at] == i {
			break
		}
		version = v.next[at]
		to = append(to, version)
	}
	return to
}
