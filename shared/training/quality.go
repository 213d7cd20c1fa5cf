package training

import (
	"context"
	"fmt"
	"math"

	"segue.dev/shared/dataset"
	"segue.dev/shared/quality"
	"segue.dev/shared/rules"
)

// What every training holds out to measure itself: a tenth of the playlists,
// but no more than bring the error down, and nothing if there are so few that
// the figures would be noise.
const (
	heldShare   = 10
	mostHeld    = 500
	fewestHeld  = 50
	seeds       = 5
	fewestInOne = 2 * seeds // tracks of a playlist that is held out
)

// measure trains without some playlists and measures how well their tracks are
// recommended. It gives nil if the dataset is too small for that.
func (c Config) measure(ctx context.Context, data *dataset.Dataset) (*rules.Quality, error) {
	held := min(mostHeld, data.Playlists.Len()/heldShare)
	if held < fewestHeld {
		return nil, nil
	}
	data = sample(data)
	split := quality.Hold(data, 1, held, fewestInOne)
	if len(split.Held) < fewestHeld {
		return nil, nil
	}
	set, err := c.Parse(ctx, split.Train)
	if err != nil {
		return nil, fmt.Errorf("measure quality: %w", err)
	}
	mean := quality.Mean(split.Measure(split.Serving(set), seeds))
	return &rules.Quality{
		Playlists: len(split.Held), Seeds: seeds,
		RPrecision: round(mean.RPrecision), NDCG: round(mean.NDCG), HitRate: round(mean.HitRate),
	}, nil
}

// round keeps four decimals, more than the figures' error is worth.
func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// Parse trains on data and gives the rule set, ready to be asked.
func (c Config) Parse(ctx context.Context, data *dataset.Dataset) (*rules.Rules, error) {
	content, err := c.Content(ctx, data, nil)
	if err != nil {
		return nil, err
	}
	object, err := rules.Encode(rules.Info{Dataset: rules.Dataset{Playlists: data.Playlists.Len()}}, content)
	if err != nil {
		return nil, err
	}
	return rules.Parse(object)
}
