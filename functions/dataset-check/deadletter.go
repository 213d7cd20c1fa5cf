package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"

	"segue.dev/events"
	"segue.dev/shared/store"
)

// deadLetter keeps an event that could not be delivered, with the reason that
// the broker adds to it, where a person finds it. A tick says nothing that the
// next one does not say: it is only logged.
func (c *checker) deadLetter(ctx context.Context, e events.Event) error {
	sum := sha256.Sum256([]byte(e.Source() + "\n" + e.Type() + "\n" + e.ID()))
	key := "state/dead-letters/" + hex.EncodeToString(sum[:16]) + ".json"
	extensions := e.Extensions()
	slog.ErrorContext(ctx, "event not delivered", "type", e.Type(), "id", e.ID(), "subject", e.Subject(),
		"key", key,
		"code", extensions["knativeerrorcode"], "destination", extensions["knativeerrordest"])
	if e.Type() == events.TypePing {
		return nil
	}
	body, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return events.Refuse(err)
	}
	if _, err := c.bucket.Create(ctx, key, bytes.NewReader(body)); !errors.Is(err, store.ErrExists) {
		return err
	}
	return nil
}
