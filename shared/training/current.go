package training

import (
	"context"
	"errors"
	"fmt"

	"segue.dev/shared/rules"
	"segue.dev/shared/store"
)

// LoadCurrent gives the pointer to the published rules and its ETag; a zero
// pointer and "" if no rules were ever published.
func LoadCurrent(ctx context.Context, bucket *store.Bucket) (*rules.Current, string, error) {
	object, err := bucket.Get(ctx, rules.CurrentKey, "")
	if errors.Is(err, store.ErrNotFound) {
		return new(rules.Current), "", nil
	}
	if err != nil {
		return nil, "", err
	}
	current, err := rules.ParseCurrent(object.Body)
	if err != nil {
		return nil, "", fmt.Errorf("%w: delete it, and the next tick publishes anew", err)
	}
	return current, object.ETag, nil
}
