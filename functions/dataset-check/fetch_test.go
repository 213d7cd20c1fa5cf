package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"segue.dev/tests/harness"
)

const text = "pid,track_name\n1,Yesterday\n"

var longAgo = time.Date(2001, 2, 3, 0, 0, 0, 0, time.UTC)

func read(t *testing.T, c *content) string {
	t.Helper()
	defer c.close()
	b, err := io.ReadAll(c.file)
	if err != nil {
		t.Fatal(err)
	}
	if c.bytes != int64(len(b)) || !strings.HasPrefix(c.digest, "sha256:") || len(c.digest) != len("sha256:")+64 {
		t.Errorf("%d bytes, digest %q for %d bytes", c.bytes, c.digest, len(b))
	}
	return string(b)
}

func TestFetchHTTP(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/plain":
			fmt.Fprint(w, text)
		case "/etag":
			w.Header().Set("ETag", `"1"`)
			if r.Header.Get("If-None-Match") == `"1"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(w, text)
		case "/old": // a file that was moved into place and is older than the last
			http.ServeContent(w, r, "p.csv", longAgo, strings.NewReader(text))
		case "/short":
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, text)
		case "/moved":
			http.Redirect(w, r, "/plain", http.StatusFound)
		default:
			http.Error(w, "no", http.StatusNotFound)
		}
	}))
	defer server.Close()
	for _, c := range []struct{ path, known, want, err string }{
		{"/plain", "", text, ""},
		{"/plain", `"1"`, text, ""},
		{"/etag", "", text, ""},
		{"/etag", `"1"`, "", "not modified"},
		{"/etag", `"0"`, text, ""},
		{"/old", "", text, ""},
		{"/moved", "", text, ""},
		{"/short", "", "", "unexpected EOF"},
		{"/gone", "", "", "404 Not Found: correct DATASET_URL or the server"},
	} {
		got, err := (&checker{Config: Config{URL: server.URL + c.path}}).fetch(t.Context(), c.known)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: error is %v, want %q", c.path, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
		} else if body := read(t, got); body != c.want {
			t.Errorf("%s: %q", c.path, body)
		}
	}
}

func TestFetchFile(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "my lists.csv")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"file://" + strings.ReplaceAll(name, " ", "%20"), "file:my%20lists.csv"} {
		got, err := (&checker{Config: Config{URL: url, DataPath: folder}}).fetch(t.Context(), "")
		if err != nil {
			t.Errorf("%s: %v", url, err)
		} else if body := read(t, got); body != text {
			t.Errorf("%s: %q", url, body)
		}
	}
	if _, err := (&checker{Config: Config{URL: "file:gone.csv", DataPath: folder}}).fetch(t.Context(), ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error is %v", err)
	}
}

func TestFetchS3(t *testing.T) {
	_, bucket, _ := harness.S3(t)
	etag, err := bucket.Create(t.Context(), "mine/p.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := &checker{Config: Config{URL: "s3://segue/mine/p.csv"}, bucket: bucket}
	got, err := c.fetch(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if body := read(t, got); body != text || got.etag != etag {
		t.Errorf("%q, ETag %q, want %q", body, got.etag, etag)
	}
	if _, err := c.fetch(t.Context(), etag); !errors.Is(err, errNotModified) {
		t.Errorf("error is %v for the known version", err)
	}
	c.URL = "s3://segue/gone"
	if _, err := c.fetch(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("error is %v", err)
	}
}
