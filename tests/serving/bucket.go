package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	"segue.dev/knative/local/s3server"
	"segue.dev/shared/rules"
	"segue.dev/shared/store"
)

// subject is a published rule set and requests to it.
type subject struct {
	name       string
	env        []string // of the bucket
	bucket     *store.Bucket
	sets       []rules.Current
	generation int
	requests   [][]byte // five seeds each, ten recommendations
}

// publish puts rule sets, which have the same content, into a bucket named so,
// and points to the first of them.
func publish(ctx context.Context, server *s3server.Server, name string, requests [][]byte, objects ...[]byte) (*subject, error) {
	if err := os.MkdirAll(name, 0o755); err != nil { // the server's folder is the working directory
		return nil, err
	}
	s := &subject{name: name, env: append(server.Env(), "BUCKET="+name), requests: requests}
	for _, variable := range s.env {
		key, value, _ := strings.Cut(variable, "=")
		if err := os.Setenv(key, value); err != nil {
			return nil, err
		}
	}
	var err error
	if s.bucket, err = store.Open(ctx, store.Config{Bucket: name, PathStyle: true}); err != nil {
		return nil, err
	}
	for _, object := range objects {
		set, err := rules.Parse(object)
		if err != nil {
			return nil, err
		}
		info := set.Info()
		sum := sha256.Sum256(object)
		s.sets = append(s.sets, rules.Current{ID: info.ID, Key: rules.Key(info.ID), Bytes: int64(len(object)), SHA256: hex.EncodeToString(sum[:]), Info: info})
		if _, err := s.bucket.Create(ctx, rules.Key(info.ID), bytes.NewReader(object)); err != nil {
			return nil, err
		}
	}
	return s, s.point(ctx)
}

// current is the rule set that the pointer names.
func (s *subject) current() rules.Current { return s.sets[s.generation%len(s.sets)] }

// point moves the pointer to the rule set that is next.
func (s *subject) point(ctx context.Context) error {
	s.generation++
	current := s.current()
	current.Generation, current.PublishedAt = int64(s.generation), time.Now()
	pointer, err := json.Marshal(current)
	if err != nil {
		return err
	}
	_, etag, err := s.bucket.Stat(ctx, rules.CurrentKey)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	_, err = s.bucket.Swap(ctx, rules.CurrentKey, bytes.NewReader(pointer), etag)
	return err
}
