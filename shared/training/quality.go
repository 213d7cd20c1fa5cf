package training

import (
	"context"
	"fmt"
	"math"

	"segue.dev/shared/dataset"
	"segue.dev/shared/mining"
	"segue.dev/shared/quality"
	"segue.dev/shared/ranking"
	"segue.dev/shared/rules"
)

// What every training holds out, to learn from and to measure itself: a quarter
// of the playlists, or a tenth of a dataset that is too small to learn the order
// from, but no more than bring the error down, and nothing if there are so few
// that the figures would be noise.
const (
	heldShare    = 4
	measuredOnly = 10
	mostHeld     = 1500
	fewestHeld   = 50 // to measure
	fewestToRank = 200
	seeds        = 5
	fewestInOne  = 2 * seeds // tracks of a playlist that is held out
)

// learn trains without some playlists. From most of those it learns in which
// order candidates should come; on the others it measures how well their tracks
// are recommended then. A dataset that is too small for one or both leaves the
// order to the rules, and gives no quality.
func (c Config) learn(ctx context.Context, data *dataset.Dataset) (*ranking.Network, *rules.Quality, error) {
	held := min(mostHeld, data.Playlists.Len()/heldShare)
	if toLearn(held) < fewestToRank {
		held = data.Playlists.Len() / measuredOnly
	}
	if held < fewestHeld {
		return nil, nil, nil
	}
	data = sample(data)
	split := quality.Hold(data, 1, held, fewestInOne)
	learned, measured := divide(split.Held)
	if len(measured) < fewestHeld {
		return nil, nil, nil
	}
	part, err := c.content(ctx, split.Train, c.Parameters.MinSupport.Count(split.Train.Playlists.Len()), nil)
	if err != nil {
		return nil, nil, fmt.Errorf("measure quality: %w", err)
	}
	if part.Ranking, err = learnRanking(ctx, part, split, learned); err != nil {
		return nil, nil, err
	}
	set, err := parse(part, split.Train)
	if err != nil {
		return nil, nil, err
	}
	split.Held = measured
	mean := quality.Mean(split.Measure(split.Serving(set), seeds))
	return part.Ranking, &rules.Quality{
		Playlists: len(split.Held), Seeds: seeds,
		RPrecision: round(mean.RPrecision), NDCG: round(mean.NDCG), HitRate: round(mean.HitRate),
	}, nil
}

// toLearn is how many of the playlists that are held out are learned from.
func toLearn(held int) int { return held * 3 / 4 }

// divide takes every fourth playlist to measure, or all if those that are left
// would be too few to learn from.
func divide(held [][]mining.Item) (learned, measured [][]mining.Item) {
	if toLearn(len(held)) < fewestToRank {
		return nil, held
	}
	for n, playlist := range held {
		if n%4 == 0 {
			measured = append(measured, playlist)
		} else {
			learned = append(learned, playlist)
		}
	}
	return learned, measured
}

// round keeps four decimals, more than the figures' error is worth.
func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// parse gives the rule set of that content, ready to be asked.
func parse(content *rules.Content, data *dataset.Dataset) (*rules.Rules, error) {
	object, err := rules.Encode(rules.Info{Dataset: rules.Dataset{Playlists: data.Playlists.Len()}}, content)
	if err != nil {
		return nil, err
	}
	return rules.Parse(object)
}
