package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"segue.dev/events"
)

// batch handles the one event that a JobSink put into folder, as the file
// "event" in structured mode. An error fails the Job, which tries again as
// often as its backoffLimit says.
func (t *trainer) batch(ctx context.Context, folder string) error {
	body, err := os.ReadFile(filepath.Join(folder, "event"))
	if err != nil {
		return fmt.Errorf("K_EVENT_PATH: %w", err)
	}
	var e events.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return fmt.Errorf("the Job's event: %w", err)
	}
	return t.handle(ctx, e)
}
