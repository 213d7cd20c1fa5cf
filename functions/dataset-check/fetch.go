package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"segue.dev/events"
	"segue.dev/shared/store"
)

// maxBytes is the largest dataset: what an S3 store takes in one request.
const maxBytes = 5 << 30

// content is a fetched dataset, in a temporary file.
type content struct {
	file   *os.File
	bytes  int64
	digest string // sha256:<hex>
	etag   string // of the server; "" if it gives none
}

func (c *content) close() { c.file.Close() }

// errNotModified says that the dataset is the version that is known.
var errNotModified = errors.New("not modified")

// client gives up on a server that does not answer. How long a body may take
// is bounded by the tick's own time.
var client = &http.Client{Transport: &http.Transport{
	Proxy:                 http.ProxyFromEnvironment,
	ResponseHeaderTimeout: 30 * time.Second,
	TLSHandshakeTimeout:   10 * time.Second,
	IdleConnTimeout:       time.Minute,
}}

// fetch gets the dataset unless its ETag is the known one: errNotModified. The
// content's file is gone once it is closed.
//
// The time of the last modification is no help: it counts in seconds, and a
// file that is moved into place may be older than the one before it, which a
// server then calls not modified.
func (c *checker) fetch(ctx context.Context, known string) (*content, error) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return nil, err
	}
	var body io.ReadCloser
	var etag string
	switch u.Scheme {
	case "file":
		body, err = os.Open(c.path(u))
		if errors.Is(err, fs.ErrNotExist) {
			err = events.Refuse(fmt.Errorf("dataset: %w: correct DATASET_URL or put the file there", err))
		}
	case "s3":
		body, etag, err = c.openS3(ctx, u, known)
	default:
		body, etag, err = openHTTP(ctx, u, known)
	}
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return spool(body, etag)
}

// path is where a file URL points: relative ones lie in the data path.
func (c *checker) path(u *url.URL) string {
	if u.Opaque == "" {
		return u.Path
	}
	name, err := url.PathUnescape(u.Opaque)
	if err != nil {
		name = u.Opaque
	}
	return filepath.Join(c.DataPath, name)
}

func (c *checker) openS3(ctx context.Context, u *url.URL, known string) (body io.ReadCloser, etag string, err error) {
	stream, err := c.bucket.In(u.Host).Stream(ctx, strings.TrimPrefix(u.Path, "/"), known)
	if errors.Is(err, store.ErrNotModified) {
		return nil, "", errNotModified
	}
	if err != nil {
		return nil, "", fmt.Errorf("dataset: %w", err)
	}
	return stream, stream.ETag, nil
}

func openHTTP(ctx context.Context, u *url.URL, known string) (body io.ReadCloser, etag string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, "", err
	}
	if known != "" {
		request.Header.Set("If-None-Match", known)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, "", fmt.Errorf("dataset: GET %s: %w", u.Host, errors.Unwrap(err))
	}
	switch response.StatusCode {
	case http.StatusOK:
		return response.Body, response.Header.Get("ETag"), nil
	case http.StatusNotModified:
		err = errNotModified
	default:
		u.RawQuery = ""
		err = fmt.Errorf("dataset: GET %s answered %s: correct DATASET_URL or the server", u.Redacted(), response.Status)
		if response.StatusCode < 500 && response.StatusCode != http.StatusTooManyRequests {
			err = events.Refuse(err) // only a person can mend it, and the next tick looks again
		}
	}
	response.Body.Close()
	return nil, "", err
}

// spool copies body to a temporary file, which may be larger than memory, and
// computes its digest.
func spool(body io.Reader, etag string) (*content, error) {
	file, err := os.CreateTemp("", "dataset-*")
	if err != nil {
		return nil, err
	}
	os.Remove(file.Name()) // the open file stays until it is closed
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(file, hash), io.LimitReader(body, maxBytes+1))
	if err == nil && n > maxBytes {
		err = fmt.Errorf("more than %d bytes: compress it or split it", int64(maxBytes))
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("dataset: %w", err)
	}
	return &content{file, n, "sha256:" + hex.EncodeToString(hash.Sum(nil)), etag}, nil
}
