package main

import (
	"context"
	"math"

	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
	"segue.dev/shared/quality"
	"segue.dev/shared/rules"
	"segue.dev/shared/training"
)

// A method is one row of a table.
type method struct {
	name      string
	recommend quality.Recommender
}

// allMethods are the classical ones, then parts of what Segue publishes, then
// all of it, which is given, too.
func allMethods(ctx context.Context, split *quality.Split, config training.Config) (methods []method, whole *rules.Rules, err error) {
	content, err := config.Content(ctx, split.Train)
	if err != nil {
		return nil, nil, err
	}
	pairs := newPairs(split)
	methods = []method{
		{"popularity", pairs.recommender(func(float64, float64) float64 { return 0 }, false)},
		{"pairwise confidence", pairs.recommender(func(n, _ float64) float64 { return 1 / n }, false)},
		{"confidence, shrunk, 1/√length", pairs.recommender(func(n, _ float64) float64 { return 1 / (n + 10) }, true)},
		{"asymmetric cosine, shrunk, 1/√length", pairs.recommender(asymmetricCosine, true)},
	}
	for _, part := range []struct {
		name                      string
		artists, vectors, ranking bool
	}{
		{"Segue: track rules", false, false, false},
		{"… and artist rules", true, false, false},
		{"… and vectors", true, true, false},
		{"Segue", true, true, true},
	} {
		if whole, err = publish(content, split, part.artists, part.vectors, part.ranking); err != nil {
			return nil, nil, err
		}
		methods = append(methods, method{part.name, split.Serving(whole)})
	}
	return methods, whole, nil
}

func asymmetricCosine(antecedent, consequent float64) float64 {
	return 1 / (math.Pow(antecedent+10, .75) * math.Pow(consequent+10, .25))
}

// publish makes a rule set with some of its parts.
func publish(content *rules.Content, split *quality.Split, artists, vectors, ranking bool) (*rules.Rules, error) {
	part := *content
	if !artists {
		part.ArtistSupports = make([]uint32, len(content.ArtistSupports))
		part.ArtistRules = &mining.Rules{RuleOffsets: []uint32{0}}
	}
	if !vectors {
		part.Vectors = new(latent.Vectors)
	}
	if !ranking {
		part.Ranking = nil
	}
	object, err := rules.Encode(rules.Info{Dataset: rules.Dataset{Playlists: split.Train.Playlists.Len()}}, &part)
	if err != nil {
		return nil, err
	}
	return rules.Parse(object)
}
