// Package harness starts the real binaries, a real S3 server and a broker that
// the test holds in its hand.
package harness

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"segue.dev/events"
	"segue.dev/knative/local/s3server"
	"segue.dev/shared/store"
)

// binaries is the folder of the binaries that Run built.
var binaries string

// Run builds the named packages of the module and runs the tests.
func Run(m *testing.M, packages ...string) {
	os.Exit(run(m, packages))
}

func run(m *testing.M, packages []string) int {
	dir, err := os.MkdirTemp("", "segue-bin-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	binaries = dir
	build := exec.Command("go", append([]string{"build", "-o", dir + "/"}, packages...)...)
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v: %s", err, out))
	}
	return m.Run()
}

// S3 starts an S3 server with an empty bucket, for this test. The objects are
// files in folder, by key.
func S3(t *testing.T) (env []string, bucket *store.Bucket, folder string) {
	t.Helper()
	dir := t.TempDir()
	server, err := s3server.Start(context.Background(), s3server.Config{Dir: dir, Bucket: "segue"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, variable := range server.Env() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	bucket, err = store.Open(context.Background(), store.Config{Bucket: "segue", PathStyle: true})
	if err != nil {
		t.Fatal(err)
	}
	return server.Env(), bucket, filepath.Join(dir, "segue")
}

// A Process is a running binary.
type Process struct {
	URL string
	cmd *exec.Cmd
	log Log
}

// Start starts a function on a free port and waits until it is ready. It is
// stopped, and must end well, when the test ends.
func Start(t *testing.T, name string, env ...string) *Process {
	t.Helper()
	p := Launch(t, name, env...)
	p.await(t, "/readyz")
	return p
}

// Launch starts a function as Start does, without waiting.
func Launch(t *testing.T, name string, env ...string) *Process {
	t.Helper()
	port := FreePort(t)
	p := &Process{URL: fmt.Sprint("http://127.0.0.1:", port), cmd: exec.Command(filepath.Join(binaries, name))}
	p.cmd.Env = append(append(os.Environ(), "HOST=127.0.0.1", fmt.Sprint("PORT=", port)), env...)
	p.cmd.Dir = t.TempDir()
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.cmd.Process.Signal(syscall.SIGTERM)
			p.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("%s:\n%s", name, p.log.String())
		}
	})
	return p
}

// Kill ends the process at once, as a lost node does.
func (p *Process) Kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// Wait waits until the process ends by itself and gives its error. It is killed
// if it does not.
func (p *Process) Wait() error {
	overdue := time.AfterFunc(20*time.Second, func() { p.cmd.Process.Kill() })
	defer overdue.Stop()
	return p.cmd.Wait()
}

// Log is what the process wrote so far.
func (p *Process) Log() string { return p.log.String() }

// Logged tells whether the process wrote a line with that message.
func (p *Process) Logged(message string) bool {
	for lines := bufio.NewScanner(strings.NewReader(p.Log())); lines.Scan(); {
		var line struct{ Msg string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == message {
			return true
		}
	}
	return false
}

func (p *Process) await(t *testing.T, path string) {
	t.Helper()
	Eventually(t, 20*time.Second, "process is ready", func() bool {
		response, err := http.Get(p.URL + path)
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// Eventually waits until what holds.
func Eventually(t *testing.T, within time.Duration, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

// Post sends an event and gives the status of the answer.
func Post(t *testing.T, url string, e events.Event) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(e.Data()))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"specversion": "1.0", "type": e.Type(), "source": e.Source(), "id": e.ID(), "subject": e.Subject()} {
		request.Header.Set("Ce-"+name, value)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

// A Broker takes every event and keeps it, or fails to on purpose.
type Broker struct {
	URL    string
	mu     sync.Mutex
	events []events.Event
	down   bool
}

// NewBroker starts a broker for this test.
func NewBroker(t *testing.T) *Broker {
	b := new(Broker)
	server := httptest.NewServer(events.Handler(func(_ context.Context, e events.Event) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.down {
			return fmt.Errorf("the broker is down")
		}
		b.events = append(b.events, e)
		return nil
	}))
	t.Cleanup(server.Close)
	b.URL = server.URL
	return b
}

// Down makes the broker refuse, or take again.
func (b *Broker) Down(down bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down = down
}

// Take gives the events that came since the last Take.
func (b *Broker) Take() []events.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := b.events
	b.events = nil
	return taken
}

// FreePort gives a port of loopback that nothing listens on.
func FreePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// A Log is a buffer that is read while it is written.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *Log) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *Log) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
