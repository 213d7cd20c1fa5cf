package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDatasetURL(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, "my.csv", "x")
	for value, want := range map[string]string{
		"my.csv":                       "file://" + dir + "/my.csv",
		"./my.csv":                     "file://" + dir + "/my.csv",
		filepath.Join(dir, "my.csv"):   "file://" + dir + "/my.csv",
		"file:playlists.csv":           "file:playlists.csv",
		"https://example.org/a.csv?x":  "https://example.org/a.csv?x",
		"s3://bucket/datasets/all.csv": "s3://bucket/datasets/all.csv",
	} {
		if got, err := datasetURL(value); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", value, got, err, want)
		}
	}
	if _, err := datasetURL("your.csv"); err == nil || !strings.Contains(err.Error(), "DATASET_URL=your.csv: neither a URL nor a file here") {
		t.Errorf("your.csv: %v", err)
	}
}

func TestPasswordsAreNotShown(t *testing.T) {
	newProject(t)
	m, err := loadManifests(".")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := m.override(map[string]string{"DATASET_URL": "https://me:secret@example.org/a.csv"})
	if err != nil || len(lines) != 1 || lines[0] != "DATASET_URL=https://me:xxxxx@example.org/a.csv" {
		t.Errorf("%q, %v", lines, err)
	}
}

func TestSettings(t *testing.T) {
	root := newProject(t)
	if err := os.Chdir("functions/actor"); err != nil {
		t.Fatal(err)
	}
	s, err := readSettings(map[string]string{"TICK": "5s"})
	if err != nil || s.root != root || s.StateDir != filepath.Join(root, ".state") || s.Port != 8080 || s.Tick.String() != "5s" {
		t.Errorf("%+v, %v", s, err)
	}
	t.Chdir(t.TempDir())
	if _, err := readSettings(nil); err == nil || !strings.Contains(err.Error(), "run it inside the repository") {
		t.Errorf("outside of the repository: %v", err)
	}
}
