package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"segue.dev/events"
	"segue.dev/knative/local/s3server"
	"segue.dev/shared/training"
	"segue.dev/tests/synthetic"
)

type published = events.RulesPublished

// measure trains once and gives the row of the table.
func measure(ctx context.Context, dir string, config training.Config, seed uint64, playlists int) (string, error) {
	world, err := os.MkdirTemp(dir, "world-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(world)
	server, err := s3server.Start(ctx, s3server.Config{Dir: world, Bucket: "segue"})
	if err != nil {
		return "", err
	}
	defer server.Close()
	snapshot, err := store(filepath.Join(world, server.Bucket), seed, playlists)
	if err != nil {
		return "", err
	}
	if err := writeEvent(world, config, snapshot); err != nil {
		return "", err
	}
	sink := make(chan events.Event, 1)
	broker := httptest.NewServer(events.Handler(func(_ context.Context, e events.Event) error {
		sink <- e
		return nil
	}))
	defer broker.Close()
	trainer := exec.CommandContext(ctx, filepath.Join(dir, "trainer"))
	trainer.Env = append(append(os.Environ(), server.Env()...),
		"K_SINK="+broker.URL, "K_EXECUTION_MODE=batch", "K_EVENT_PATH="+world)
	trainer.Stdout, trainer.Stderr = os.Stderr, os.Stderr
	trainer.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	start := time.Now()
	if err := trainer.Run(); err != nil {
		return "", fmt.Errorf("trainer: %w", err)
	}
	wall := time.Since(start)
	rules, err := events.Decode[published](<-sink)
	if err != nil {
		return "", err
	}
	state := trainer.ProcessState
	peak := state.SysUsage().(*syscall.Rusage).Maxrss
	return row(&rules, snapshot.Bytes, wall, state.UserTime()+state.SystemTime(), peak), nil
}

// store puts synthetic playlists into the bucket, which is a folder, as
// dataset-check does with a dataset.
func store(bucket string, seed uint64, playlists int) (events.Snapshot, error) {
	folder := filepath.Join(bucket, "datasets")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return events.Snapshot{}, err
	}
	name, hash := filepath.Join(folder, "new"), sha256.New()
	err := create(name, func(w io.Writer) error {
		return synthetic.WriteCSV(io.MultiWriter(w, hash), seed, playlists)
	})
	if err != nil {
		return events.Snapshot{}, err
	}
	info, err := os.Stat(name)
	sum := hex.EncodeToString(hash.Sum(nil))
	return events.Snapshot{
		Dataset: "playlists", URL: "file:synthetic", Digest: "sha256:" + sum, Bytes: info.Size(),
		Key: "datasets/" + sum, Generation: 1, DetectedAt: time.Now(),
	}, errors.Join(err, os.Rename(name, filepath.Join(folder, sum)))
}

// writeEvent writes the event that asks for the snapshot's rules, as a JobSink
// does for its Job.
func writeEvent(folder string, config training.Config, snapshot events.Snapshot) error {
	event, err := events.New(events.DatasetChanged{Snapshot: snapshot, Rules: config.ID(snapshot.Digest), Attempt: 1})
	if err != nil {
		return err
	}
	body, err := json.Marshal(event)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "event"), body, 0o600)
}
