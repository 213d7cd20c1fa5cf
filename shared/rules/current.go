package rules

import (
	"encoding/json"
	"fmt"
	"time"
)

// CurrentKey is the key of the pointer, the only object that moves.
const CurrentKey = "rules/current"

// Key is the key of the rule set with that id.
func Key(id string) string { return "rules/" + id }

// Current is the pointer to the rules that are to be served, kept as JSON
// under CurrentKey. It carries what is not part of the rules themselves.
type Current struct {
	ID     string `json:"id"`
	Key    string `json:"key"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the rule set's bytes, hex
	// Generation counts the changes of the dataset: a pointer never goes back.
	Generation int64 `json:"generation"`
	// PublishedAt is when training ended: the model_date of the answers.
	PublishedAt time.Time `json:"published_at"`
	Info        Info      `json:"info"`
}

// ParseCurrent reads a pointer and says what is wrong with it.
func ParseCurrent(b []byte) (*Current, error) {
	c := new(Current)
	if err := json.Unmarshal(b, c); err != nil {
		return nil, fmt.Errorf("%s is not a pointer to rules: %w", CurrentKey, err)
	}
	if c.ID == "" || c.Key != Key(c.ID) || c.Bytes <= 0 || len(c.SHA256) != 64 {
		return nil, fmt.Errorf("%s is not a pointer to rules: id %q, key %q, %d bytes, sha256 %q", CurrentKey, c.ID, c.Key, c.Bytes, c.SHA256)
	}
	if at := c.PublishedAt.UTC(); at.IsZero() || at.Year() > 9999 {
		return nil, fmt.Errorf("%s is not a pointer to rules: published_at is %v", CurrentKey, at)
	}
	return c, nil
}
