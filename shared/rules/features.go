package rules

import "math"

// What the order of the candidates is learned from: a row of features for each,
// and some of the request. None is negative.
const (
	// What speaks for the candidate.
	featureTracks      = iota // strength of the rules between tracks
	featureStrongest          // strength of the strongest of them
	featureAntecedents        // share of the seeds that have one
	featureArtists            // strength of the rules between artists, the track's share
	featureArtist             // strength of those that lead to its artist
	featureOwnArtist          // strength of the rules from its own artist
	featureSeedsByIt          // share of the seeds that are by its artist
	featureVectors            // estimate of the vectors
	featureDirection          // the same, were all vectors as long
	featurePlaylists          // seeds that playlists share with it, weighted as in rules
	featureNearest            // the same, near playlists before all
	// What the candidate is.
	featureSupport
	featureArtistSupport
	featureOfArtist // share of its artist's playlists that hold it

	candidateFeatures // the length of a row

	// What the request is, equal for all candidates.
	featureSeeds       = iota - 1 // how many
	featureSeedArtists            // distinct artists for each seed
	featureSameArtist             // largest share of the seeds by one artist
	featureUnknown                // share of the seeds of which only the artist is known
	featurePopularity             // the seeds' support, its geometric mean

	// Features is how many there are.
	Features
)

// describe makes a row of features for each of the candidates, and those of the
// request, in which the artists of so many unknown tracks are given.
func (r *Rules) describe(best []candidate, unknown float32, s *scratch) (candidates, request []float32) {
	s.features = resize(s.features, len(best)*candidateFeatures+Features-candidateFeatures)
	candidates, request = s.features[:len(best)*candidateFeatures], s.features[len(best)*candidateFeatures:]
	r.neighbours.shareWith(s.seeds, s)
	r.fetchCandidates(best)
	for n, c := range best {
		r.describeCandidate(c, s.row(n), s)
	}
	r.describeRequest(unknown, request, s)
	return candidates, request
}

// row is the features of the n-th candidate.
func (s *scratch) row(n int) []float32 {
	return s.features[n*candidateFeatures : (n+1)*candidateFeatures]
}

// describeCandidate fills in what is known of the candidate.
func (r *Rules) describeCandidate(c candidate, x []float32, s *scratch) {
	t := r.tracks[c.item]
	support, weight := float32(t.support), r.strength.of(t.support).consequent
	found := &s.tracks.evidence[c.slot]
	x[featureTracks] = found.sum * weight
	x[featureStrongest] = found.strongest * weight
	x[featureAntecedents] = float32(s.tracks.count(c.slot)) / s.given
	near, nearest := r.neighbours.near(c.item, s.shared)
	x[featurePlaylists], x[featureNearest] = near*weight, nearest
	x[featureSupport] = support
	if c.estimate > 0 && r.vectorLengths[c.item] > 0 {
		x[featureVectors] = vectorWeight * c.estimate * weight
		x[featureDirection] = c.estimate / r.vectorLengths[c.item]
	}
	artistSupport := float32(r.byArtist.supports[t.artist])
	if artistSupport == 0 {
		return
	}
	artist := s.ofArtist(t.artist)
	x[featureArtists] = artist.perPlaylist * support * weight
	x[featureArtist] = artist.perPlaylist * (artistSupport + artistShrinkage)
	x[featureOwnArtist] = artist.own * root(t.support)
	x[featureSeedsByIt] = artist.seeds / s.given
	x[featureArtistSupport] = artistSupport
	x[featureOfArtist] = support / (artistSupport + shrinkage)
}

// describeRequest fills in what is the same for all candidates.
func (r *Rules) describeRequest(unknown float32, x []float32, s *scratch) {
	var most float32
	for _, a := range s.seedArtists {
		most = max(most, a.seeds)
	}
	var logarithms float64
	for _, seed := range s.seeds {
		logarithms += math.Log(float64(r.tracks[seed.item].support))
	}
	x[featureSeeds-candidateFeatures] = s.given
	x[featureSeedArtists-candidateFeatures] = float32(len(s.seedArtists)) / s.given
	x[featureSameArtist-candidateFeatures] = most / s.given
	x[featureUnknown-candidateFeatures] = unknown / s.given
	x[featurePopularity-candidateFeatures] = float32(math.Exp(logarithms / float64(max(1, len(s.seeds)))))
}
