package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"segue.dev/events"
)

func TestBatchReadsTheJobsEvent(t *testing.T) {
	folder := t.TempDir()
	trainer := newTrainer(testTraining, 0.5, nil, nil)
	if err := trainer.batch(t.Context(), folder); err == nil || !strings.Contains(err.Error(), "K_EVENT_PATH") {
		t.Errorf("without an event the error is %v", err)
	}
	for text, want := range map[string]string{
		`not JSON`: "the Job's event",
		`{"specversion":"1.0","id":"1","source":"/s","type":"other.v1"}`: `"other.v1" came where "dev.segue.dataset.changed.v1" belongs`,
	} {
		if err := os.WriteFile(filepath.Join(folder, "event"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := trainer.batch(t.Context(), folder); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want %q", text, err, want)
		}
	}
}

// TestBatchTrains runs a Job's way from the file to published rules.
func TestBatchTrains(t *testing.T) {
	w := newWorld(t)
	body, err := w.changed(t).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "event"), body, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.trainer.batch(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	if sent := w.broker.Take(); len(sent) != 1 || sent[0].Type() != events.TypeRulesPublished {
		t.Errorf("events are %v", sent)
	}
}
