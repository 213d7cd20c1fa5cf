package rules

import (
	"slices"
	"strings"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// Found is what a list of queries names.
type Found struct {
	Items   []mining.Item
	Artists []Artist // of the tracks that are not known
	Unknown []int    // the queries that name no track
}

// Resolve finds what the queries name. A track that is not known still says
// something if its artist is.
func (r *Rules) Resolve(queries []Query) (found Found) {
	r.ResolveInto(&found, queries)
	return found
}

// ResolveInto is Resolve with the lists in the memory of earlier ones, which are
// overwritten; the zero Found will do.
func (r *Rules) ResolveInto(found *Found, queries []Query) {
	var asked map[Query]bool
	var keys [fetchBatch]key
	var folded [fetchBatch][64]byte
	*found = Found{slices.Grow(found.Items[:0], len(queries)), found.Artists[:0], found.Unknown[:0]}
	for n, q := range queries {
		if n%fetchBatch == 0 {
			batch := queries[n:min(n+fetchBatch, len(queries))]
			for i, q := range batch {
				keys[i] = q.key(folded[i][:0])
			}
			r.fetchKeys(keys[:len(batch)])
		}
		if item, ok := r.find(q, keys[n%fetchBatch]); ok {
			found.Items = append(found.Items, item)
			continue
		}
		found.Unknown = append(found.Unknown, n)
		if artist, ok := r.FindArtist(q.artist()); ok && !asked[q] {
			found.Artists = append(found.Artists, artist)
		}
		if asked == nil {
			asked = make(map[Query]bool)
		}
		asked[q] = true
	}
}

// artist is the artist that q names, as far as can be told.
func (q Query) artist() string {
	if q.Artist != "" {
		return q.Artist
	}
	artist, _, named := strings.Cut(catalog.Fold(q.Text), separator)
	if !named {
		return ""
	}
	return artist
}
