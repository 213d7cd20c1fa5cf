package rules

import (
	"math"
	"slices"

	"segue.dev/shared/mining"
)

// What the order of the candidates is learned from: a row of features for each.
// None is negative.
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
	featurePlace    // among the tracks of its artist, 0 is the most frequent
	// What the request is, equal for all candidates.
	featureSeeds       // how many
	featureSeedArtists // distinct artists for each seed
	featureSameArtist  // largest share of the seeds by one artist
	featureUnknown     // share of the seeds of which only the artist is known
	featurePopularity  // the seeds' support, its geometric mean

	// Features is the length of a row.
	Features
)

// describe makes a row of features for each of the best candidates.
func (r *Rules) describe(best []candidate, q Request, seeds []mining.Item, antecedents []uint32, s *scratch) []float32 {
	s.features = slices.Grow(s.features[:0], len(best)*Features)[:len(best)*Features]
	clear(s.features)
	for n, c := range best {
		s.place[c.item] = uint32(n + 1)
	}
	count := float32(max(1, len(seeds)+len(q.Artists)))
	r.describeRules(antecedents, count, s)
	r.describeNeighbours(seeds, s)
	for n, c := range best {
		s.place[c.item] = 0
		r.describeTrack(c, s.row(n), s)
	}
	r.describeArtists(best, count, s)
	r.describeRequest(float32(len(q.Artists)), seeds, count, s)
	return s.features
}

// row is the features of the n-th candidate.
func (s *scratch) row(n int) []float32 { return s.features[n*Features : (n+1)*Features] }

func (r *Rules) describeRules(antecedents []uint32, seeds float32, s *scratch) {
	for _, a := range antecedents {
		weight := antecedentWeight(r.antecedents.supports[a])
		for rule := r.rules.of(a); rule.next(); {
			if place := s.place[rule.consequent]; place > 0 {
				x := s.row(int(place - 1))
				strength := float32(rule.support) * weight * r.strength.consequent(r.supports[rule.consequent])
				x[featureTracks] += strength
				x[featureStrongest] = max(x[featureStrongest], strength)
				x[featureAntecedents] += 1 / seeds
			}
		}
	}
}

// describeNeighbours lets each playlist that shares tracks with the request
// speak for its others, as a rule between the shared tracks and them would.
func (r *Rules) describeNeighbours(seeds []mining.Item, s *scratch) {
	for _, seed := range seeds {
		weight := antecedentWeight(r.supports[seed])
		for _, p := range r.neighbours.of(seed) {
			if s.shared[p] == 0 {
				s.neighbours = append(s.neighbours, p)
			}
			s.shared[p] += weight
		}
	}
	for _, p := range s.neighbours {
		near := s.shared[p] * r.neighbours.weights[p]
		for row := r.neighbours.at(p); row.next(); {
			if place := s.place[row.item]; place > 0 {
				x := s.row(int(place - 1))
				x[featurePlaylists] += near
				x[featureNearest] += float32(near * near)
			}
		}
		s.shared[p] = 0
	}
	s.neighbours = s.neighbours[:0]
}

// describeTrack fills in what is known of the candidate by itself.
func (r *Rules) describeTrack(c candidate, x []float32, s *scratch) {
	a := r.artistOf[c.item]
	support, ofArtist := float32(r.supports[c.item]), float32(r.byArtist.supports[a])
	x[featurePlaylists] *= r.strength.consequent(r.supports[c.item])
	x[featureSupport] = support
	if int(c.item) < len(r.vectors.Scales) {
		if estimate := r.estimate(c.item, s); estimate > 0 && r.vectorLengths[c.item] > 0 {
			x[featureVectors] = vectorWeight * estimate * r.strength.consequent(r.supports[c.item])
			x[featureDirection] = estimate / r.vectorLengths[c.item]
		}
	}
	if ofArtist == 0 {
		return
	}
	place, _ := slices.BinarySearch(r.byArtist.of(a), c.item)
	x[featurePlace] = float32(place)
	x[featureArtistSupport] = ofArtist
	x[featureOfArtist] = support / (ofArtist + shrinkage)
	x[featureArtist] = s.artistScores[a]
	if place < tracksOfArtist {
		x[featureArtists] = s.artistScores[a] * r.share(c.item, r.byArtist.supports[a])
	}
}

// describeArtists fills in what the seeds by a candidate's own artist say.
func (r *Rules) describeArtists(best []candidate, seeds float32, s *scratch) {
	for n, seed := range s.seedArtists {
		s.artistPlace[seed.artist] = uint32(n + 1)
	}
	for n, c := range best {
		if place := s.artistPlace[r.artistOf[c.item]]; place > 0 {
			x, own := s.row(n), s.seedArtists[place-1].seeds
			x[featureOwnArtist] = own * r.own(c.item, r.byArtist.supports[r.artistOf[c.item]])
			x[featureSeedsByIt] = own / seeds
		}
	}
	for _, seed := range s.seedArtists {
		s.artistPlace[seed.artist] = 0
	}
}

// describeRequest fills in what is the same for all candidates.
func (r *Rules) describeRequest(unknown float32, seeds []mining.Item, count float32, s *scratch) {
	var most float32
	for _, a := range s.seedArtists {
		most = max(most, a.seeds)
	}
	var logarithms float64
	for _, i := range seeds {
		logarithms += math.Log(float64(r.supports[i]))
	}
	for at := 0; at < len(s.features); at += Features {
		x := s.features[at : at+Features]
		x[featureSeeds] = count
		x[featureSeedArtists] = float32(len(s.seedArtists)) / count
		x[featureSameArtist] = most / count
		x[featureUnknown] = unknown / count
		x[featurePopularity] = float32(math.Exp(logarithms / float64(max(1, len(seeds)))))
	}
}
