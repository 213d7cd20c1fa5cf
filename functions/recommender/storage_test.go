package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"segue.dev/knative/local/s3server"
	"segue.dev/shared/dataset"
	"segue.dev/shared/rules"
	"segue.dev/shared/store"
	"segue.dev/shared/training"
)

//go:embed testdata/playlists.csv
var playlists string

// publishedAt is when the rules of all tests were published.
var publishedAt = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// storage is a real S3 server with a bucket.
type storage struct {
	t      testing.TB
	config s3server.Config
	server *s3server.Server
	bucket *store.Bucket
}

func newStorage(t testing.TB) *storage {
	t.Helper()
	s := &storage{t: t, config: s3server.Config{Dir: t.TempDir(), Bucket: "segue", AccessKey: "access", SecretKey: "secret"}}
	s.start()
	s.config.Addr = strings.TrimPrefix(s.server.Endpoint, "http://")
	t.Cleanup(s.stop)
	for _, setting := range s.server.Env() {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	s.bucket = s.open("segue")
	return s
}

func (s *storage) start() {
	s.t.Helper()
	var err error
	if s.server, err = s3server.Start(context.Background(), s.config); err != nil {
		s.t.Fatal(err)
	}
}

func (s *storage) stop() {
	if err := s.server.Close(); err != nil {
		s.t.Error(err)
	}
}

func (s *storage) open(bucket string) *store.Bucket {
	s.t.Helper()
	b, err := store.Open(s.t.Context(), store.Config{Bucket: bucket, PathStyle: true})
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

// put writes an object, whatever was there.
func (s *storage) put(key string, body []byte) {
	s.t.Helper()
	_, etag, err := s.bucket.Stat(s.t.Context(), key)
	if errors.Is(err, store.ErrNotFound) {
		_, err = s.bucket.Create(s.t.Context(), key, bytes.NewReader(body))
	} else if err == nil {
		_, err = s.bucket.Replace(s.t.Context(), key, bytes.NewReader(body), etag)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *storage) remove(key string) {
	s.t.Helper()
	if err := os.Remove(filepath.Join(s.config.Dir, s.config.Bucket, key)); err != nil {
		s.t.Fatal(err)
	}
}

// publish puts the rules of a dataset, then the pointer to them.
func (s *storage) publish(id, csv string, generation int64) {
	s.t.Helper()
	object := encodeRules(s.t, id, csv)
	s.put(rules.Key(id), object)
	s.put(rules.CurrentKey, pointerTo(id, object, generation))
}

// encodeRules makes a rule set from playlists.
func encodeRules(t testing.TB, id, csv string) []byte {
	t.Helper()
	data, err := dataset.Read(strings.NewReader(csv), dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	config := training.Config{Parameters: rules.Parameters{MinSupport: 2, MaxItemsetSize: 2}}
	content, err := config.Content(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	object, err := rules.Encode(rules.Info{
		ID: id, Method: "test", MinSupport: 2, Parameters: config.Parameters,
		Dataset: rules.Dataset{Name: "playlists", Digest: "sha256:of-" + id,
			Playlists: data.Playlists.Len(), Tracks: len(data.Tracks), Entries: data.Entries},
	}, content)
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func pointerTo(id string, object []byte, generation int64) []byte {
	sum := sha256.Sum256(object)
	pointer, _ := json.Marshal(rules.Current{
		ID: id, Key: rules.Key(id), Bytes: int64(len(object)), SHA256: hex.EncodeToString(sum[:]),
		Generation: generation, PublishedAt: publishedAt,
	})
	return pointer
}
