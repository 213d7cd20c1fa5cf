// Package training is the way from a dataset's bytes to a rule set: what
// dataset-check must know to name the rules that should exist, and what the
// trainer does to make them.
package training

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"segue.dev/shared/dataset"
	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
	"segue.dev/shared/rules"
)

// Config is everything beside the bytes that decides what the rules will be.
// Two functions that share it agree on the rules' identity.
type Config struct {
	// Dataset is the dataset's name: the subject of its events.
	Dataset    string `env:"DATASET" envDefault:"playlists"`
	Reading    dataset.Options
	Parameters rules.Parameters
}

// ID is the identity of the rules that the dataset with that digest gives:
// equal digest and Config give equal rules, byte for byte. It is known before
// training, so anyone can tell whether the right rules exist.
func (c Config) ID(digest string) string {
	identity, err := json.Marshal(struct {
		Method, Digest string
		Config         Config
	}{rules.Method, digest, c})
	if err != nil {
		panic(err) // strings and finite numbers only: Validate refuses the rest
	}
	sum := sha256.Sum256(identity)
	return hex.EncodeToString(sum[:16])
}

// Validate says which setting is out of bounds.
func (c Config) Validate() error { return c.Parameters.Validate() }

// What bounds the rules of the largest datasets, where MAX_RULES for each
// antecedent is more than memory holds. The strongest of each antecedent stay.
const (
	mostRules       = 80_000_000
	mostArtistRules = 20_000_000
)

// Train mines data and gives the rule set object. The digest says which dataset
// it is; progress, if not nil, is told how far mining is. A dataset that gives
// no rule at all is an error that says why.
func (c Config) Train(ctx context.Context, data *dataset.Dataset, digest string, progress func(done, total int)) ([]byte, rules.Info, error) {
	p := c.Parameters
	playlists := data.Playlists.Len()
	info := rules.Info{
		ID:         c.ID(digest),
		Method:     rules.Method,
		Parameters: p,
		MinSupport: p.MinSupport.Count(playlists),
		Dataset:    rules.Dataset{Name: c.Dataset, Digest: digest, Playlists: playlists, Tracks: len(data.Tracks), Entries: data.Entries},
	}
	// First, so that both models are never in memory at once.
	ranking, measured, err := c.learn(ctx, data)
	if err != nil {
		return nil, info, err
	}
	content, err := c.content(ctx, data, info.MinSupport, progress)
	if err != nil {
		return nil, info, err
	}
	content.Ranking, info.Quality = ranking, measured
	info.Antecedents, info.Rules = len(content.Rules.AntecedentSupports), len(content.Rules.Consequents)
	info.ArtistRules = len(content.ArtistRules.Consequents)
	if info.Rules == 0 {
		return nil, info, fmt.Errorf("%w among %d playlists: no two tracks share %d playlists with a confidence of %v; lower MIN_SUPPORT or MIN_CONFIDENCE",
			ErrNoRules, playlists, info.MinSupport, p.MinConfidence)
	}
	object, err := rules.Encode(info, content)
	return object, info, err
}

// Content learns from data what a rule set holds.
func (c Config) Content(ctx context.Context, data *dataset.Dataset) (*rules.Content, error) {
	ranking, _, err := c.learn(ctx, data)
	if err != nil {
		return nil, err
	}
	content, err := c.content(ctx, data, c.Parameters.MinSupport.Count(data.Playlists.Len()), nil)
	if err != nil {
		return nil, err
	}
	content.Ranking = ranking
	return content, nil
}

func (c Config) content(ctx context.Context, data *dataset.Dataset, minSupport int, progress func(done, total int)) (*rules.Content, error) {
	options := mining.RuleOptions{
		MinSupport:    minSupport,
		MinConfidence: c.Parameters.MinConfidence,
		MaxSize:       c.Parameters.MaxItemsetSize,
		MaxRules:      c.Parameters.MaxRules,
		MaxTotal:      mostRules,
		Progress:      progress,
	}
	tracks, err := mining.MineRules(ctx, &data.Playlists, options)
	if err != nil {
		return nil, err
	}
	options.MaxSize, options.MaxTotal, options.Progress = 2, mostArtistRules, nil
	ofArtists := playlistsOfArtists(data)
	artists, err := mining.MineRules(ctx, ofArtists, options)
	if err != nil {
		return nil, err
	}
	supports := data.Playlists.Supports()
	vectors, err := latent.Train(ctx, &data.Playlists, frequent(supports))
	return &rules.Content{
		Tracks: data.Tracks, Supports: supports, Rules: tracks,
		ArtistSupports: ofArtists.Supports(), ArtistRules: artists,
		Vectors: vectors, Playlists: &data.Playlists,
	}, err
}

// frequent counts the tracks that are in two playlists or more: a track that is
// in one says no more than that playlist does.
func frequent(supports []uint32) int {
	n, _ := slices.BinarySearchFunc(supports, 1, func(support uint32, one int) int { return one - int(support) })
	return n
}

// ErrNoRules means that training found no rule.
var ErrNoRules = errors.New("no rules")
