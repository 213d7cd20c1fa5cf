package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/url"

	"segue.dev/events"
	"segue.dev/shared/store"
)

// deadLetter keeps an event that could not be delivered, with the reason that
// the broker adds to it, where a person finds it.
func (c *checker) deadLetter(ctx context.Context, e events.Event) error {
	extensions := e.Extensions()
	slog.ErrorContext(ctx, "event not delivered", "type", e.Type(), "id", e.ID(), "subject", e.Subject(),
		"code", extensions["knativeerrorcode"], "destination", extensions["knativeerrordest"])
	body, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return events.Refuse(err)
	}
	key := "state/dead-letters/" + e.Type() + "/" + url.PathEscape(e.ID()) + ".json"
	if _, err := c.bucket.Create(ctx, key, bytes.NewReader(body)); !errors.Is(err, store.ErrExists) {
		return err
	}
	return nil
}
