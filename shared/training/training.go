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

	"segue.dev/shared/dataset"
	"segue.dev/shared/mining"
	"segue.dev/shared/rules"
)

// Config is everything beside the bytes that decides what the rules will be.
// Two functions that share it agree on the rules' identity.
type Config struct {
	// Dataset is the dataset's name: the subject of its events.
	Dataset    string `env:"DATASET, default=playlists"`
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

// Train mines data and gives the rule set object. The digest says which dataset
// it is; progress, if not nil, is told how far mining is. A
// dataset that gives no rule at all is an error that says why.
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
	mined, err := mining.MineRules(ctx, &data.Playlists, mining.RuleOptions{
		MinSupport:    info.MinSupport,
		MinConfidence: p.MinConfidence,
		MaxSize:       p.MaxItemsetSize,
		MaxRules:      p.MaxRules,
		Progress:      progress,
	})
	if err != nil {
		return nil, info, err
	}
	info.Antecedents, info.Rules = len(mined.AntecedentSupports), len(mined.Consequents)
	if info.Rules == 0 {
		return nil, info, fmt.Errorf("%w among %d playlists: no two tracks share %d playlists with a confidence of %v; lower MIN_SUPPORT or MIN_CONFIDENCE",
			ErrNoRules, playlists, info.MinSupport, p.MinConfidence)
	}
	object, err := rules.Encode(info, data.Tracks, data.Playlists.Supports(), mined)
	return object, info, err
}

// ErrNoRules means that training found no rule.
var ErrNoRules = errors.New("no rules")
