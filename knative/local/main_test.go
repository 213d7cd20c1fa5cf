package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain lets a test start this binary as the platform itself.
func TestMain(m *testing.M) {
	if os.Getenv("RUN_AS_PLATFORM") != "" {
		main()
		return
	}
	// The S3 server's HTTP library keeps a clock for the process's life, and lets
	// each server's last goroutine sleep up to ten seconds.
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
}

// newProject copies testdata/project to a folder, makes it the working directory,
// and replaces text in its manifests, given as old, new, old, new, …
func newProject(t *testing.T, replace ...string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS("testdata/project")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "go.mod"), "module segue.dev\n\ngo 1.26\n")
	manifests, err := filepath.Glob(filepath.Join(root, manifestsDir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(replace); i += 2 {
		found := false
		for _, path := range manifests {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			found = found || bytes.Contains(content, []byte(replace[i]))
			write(t, path, strings.Replace(string(content), replace[i], replace[i+1], 1))
		}
		if !found {
			t.Fatalf("no manifest has %q", replace[i])
		}
	}
	t.Chdir(root)
	return root
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// actorRecord is what testdata's actor writes for each start and each request.
type actorRecord struct {
	PID     int
	Env     []string
	Path    string
	Headers http.Header
	Body    string
}

// readRecords returns what the Service of that name did so far.
func readRecords(t *testing.T, folder, service string) []actorRecord {
	t.Helper()
	file, err := os.Open(filepath.Join(folder, service))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var records []actorRecord
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var r actorRecord
		if json.Unmarshal(lines.Bytes(), &r) == nil { // the last line may not be whole yet
			records = append(records, r)
		}
	}
	return records
}

// eventually fails the test if it does not hold within a minute.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("not within a minute: %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// output collects what the platform prints.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
