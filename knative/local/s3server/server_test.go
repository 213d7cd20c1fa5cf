package s3server_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"segue.dev/knative/local/s3server"
	"segue.dev/shared/store"
)

// The server's HTTP library keeps a clock for the process's life, and lets each
// server's last goroutine sleep up to ten seconds.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
}

func start(t *testing.T, cfg s3server.Config) *s3server.Server {
	t.Helper()
	s, err := s3server.Start(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// connect returns the server's bucket, found through Env as a function finds it.
func connect(t *testing.T, s *s3server.Server) *store.Bucket {
	t.Helper()
	for _, variable := range s.Env() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	b, err := store.Open(t.Context(), store.Config{Bucket: os.Getenv("BUCKET"), PathStyle: true})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// folders returns an empty folder for each way of keeping metadata.
func folders(t *testing.T) map[string]string {
	withFiles := t.TempDir()
	if err := os.Mkdir(filepath.Join(withFiles, ".metadata"), 0o755); err != nil {
		t.Fatal(err)
	}
	dirs := map[string]string{"disk": filepath.Join(t.TempDir(), "not", "there", "yet"), "metadata in files": withFiles}
	if memory, err := os.MkdirTemp("/dev/shm", "s3server"); err == nil {
		t.Cleanup(func() { os.RemoveAll(memory) })
		dirs["memory"] = memory
	}
	return dirs
}

func TestDataOutlivesTheServer(t *testing.T) {
	for name, dir := range folders(t) {
		t.Run(name, func(t *testing.T) {
			cfg := s3server.Config{Dir: dir, Bucket: "segue", AccessKey: "key", SecretKey: "secret"}
			first := start(t, cfg)
			bucket := connect(t, first)
			etag, err := bucket.Create(t.Context(), "rules/current", strings.NewReader("one"))
			if err != nil {
				t.Fatal(err)
			}
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			cfg.Addr = strings.TrimPrefix(first.Endpoint, "http://")
			start(t, cfg) // on the port that Close freed
			object, err := bucket.Get(t.Context(), "rules/current", "")
			if err != nil {
				t.Fatal(err)
			}
			if string(object.Body) != "one" || object.ETag != etag {
				t.Errorf("after a restart: %q %s, want %q %s", object.Body, object.ETag, "one", etag)
			}
			if err := bucket.CheckConditionalWrites(t.Context()); err != nil {
				t.Error(err)
			}
			file, err := os.ReadFile(filepath.Join(dir, "segue", "rules", "current"))
			if string(file) != "one" {
				t.Errorf("the object's file: %q, %v", file, err)
			}
		})
	}
}

// TestNoUpdateIsLost has several writers count by compare-and-swap.
func TestNoUpdateIsLost(t *testing.T) {
	const writers, rounds = 4, 25
	for name, dir := range folders(t) {
		t.Run(name, func(t *testing.T) {
			bucket := connect(t, start(t, s3server.Config{Dir: dir, Bucket: "segue"}))
			if _, err := bucket.Create(t.Context(), "counter", strings.NewReader("")); err != nil {
				t.Fatal(err)
			}
			var all sync.WaitGroup
			for range writers {
				all.Go(func() {
					for done := 0; done < rounds; {
						object, err := bucket.Get(t.Context(), "counter", "")
						if err == nil {
							_, err = bucket.Replace(t.Context(), "counter", strings.NewReader(string(object.Body)+"+"), object.ETag)
						}
						if err == nil {
							done++
						} else if !errors.Is(err, store.ErrConflict) {
							t.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			if size, _, err := bucket.Stat(t.Context(), "counter"); err != nil || size != writers*rounds {
				t.Errorf("the counter stands at %d, %v; want %d", size, err, writers*rounds)
			}
		})
	}
}

func TestCloseFreesEverything(t *testing.T) {
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, s3server.Config{Dir: t.TempDir(), Bucket: "segue"})
	bucket := connect(t, s)
	if _, err := bucket.Create(t.Context(), "a", strings.NewReader("a")); err != nil { // leaves an idle connection
		t.Fatal(err)
	}
	addr := strings.TrimPrefix(s.Endpoint, "http://")
	unused, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer unused.Close()
	began := time.Now()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("Close took %s", took)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatalf("the port is not free: %v", err)
	}
	l.Close()
	if after, _ := os.Getwd(); after != before {
		t.Errorf("working directory %s, before %s", after, before)
	}
}

func TestEndOfContextStopsTheServer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := s3server.Start(ctx, s3server.Config{Dir: t.TempDir(), Bucket: "segue"})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestStartRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		cfg  s3server.Config
		says string
	}{
		"no folder":      {s3server.Config{Bucket: "segue"}, "Dir is required"},
		"a file":         {s3server.Config{Dir: file, Bucket: "segue"}, "not a directory"},
		"no bucket":      {s3server.Config{Dir: t.TempDir()}, "a name is"},
		"a path":         {s3server.Config{Dir: t.TempDir(), Bucket: "../up"}, "a name is"},
		"no address":     {s3server.Config{Dir: t.TempDir(), Bucket: "segue", Addr: "here"}, "address"},
		"a taken port":   {s3server.Config{Dir: t.TempDir(), Bucket: "segue", Addr: taken.Addr().String()}, "in use"},
		"a foreign host": {s3server.Config{Dir: t.TempDir(), Bucket: "segue", Addr: "192.0.2.1:0"}, "assign"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := s3server.Start(t.Context(), test.cfg)
			if err == nil {
				s.Close()
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v: does not say %q", err, test.says)
			}
		})
	}
	start(t, s3server.Config{Dir: t.TempDir(), Bucket: "segue"}) // a refusal leaves nothing behind
}

func TestOneServerPerProcess(t *testing.T) {
	bucket := connect(t, start(t, s3server.Config{Dir: t.TempDir(), Bucket: "segue"}))
	if _, err := s3server.Start(t.Context(), s3server.Config{Dir: t.TempDir(), Bucket: "segue"}); err == nil {
		t.Error("a second server started")
	}
	if _, err := bucket.Create(t.Context(), "a", strings.NewReader("a")); err != nil {
		t.Errorf("the first server suffers: %v", err)
	}
}

func TestItIsQuiet(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = out, out
	defer func() { os.Stdout, os.Stderr = stdout, stderr }()
	s := start(t, s3server.Config{Dir: t.TempDir(), Bucket: "segue"})
	if _, err := connect(t, s).Create(t.Context(), "a", strings.NewReader("a")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if said, _ := io.ReadAll(out); len(said) > 0 {
		t.Errorf("it said %q", said)
	}
}
