// Package flow runs everything at once, as a person does with "make run": the
// local platform, the project's manifests, the three binaries, a real S3
// server; and changes the dataset while a client keeps asking.
package flow

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"segue.dev/tests/harness"
)

const (
	tick   = time.Second
	within = 30 * time.Second
	built  = 8 * time.Minute // on a busy machine, with nothing in the build cache
)

// answer is what the client looks at.
type answer struct {
	Songs []string `json:"songs"`
	Rules struct {
		ID      string `json:"id"`
		Dataset string `json:"dataset"`
	} `json:"rules"`
}

// platform is a running "make run".
type platform struct {
	url string
	cmd *exec.Cmd
	log *harness.Log
}

func start(t *testing.T, env ...string) *platform {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	port := harness.FreePort(t)
	p := &platform{url: fmt.Sprint("http://127.0.0.1:", port), cmd: exec.Command("go", "run", "./knative/local"), log: new(harness.Log)}
	p.cmd.Dir = root
	p.cmd.Env = append(append(os.Environ(), fmt.Sprint("PORT=", port), "TICK="+tick.String(), "RELOAD_INTERVAL=1s"), env...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.stop(t)
		}
		if t.Failed() {
			t.Log(p.log)
		}
	})
	harness.Eventually(t, built, "it is built and listens", func() bool {
		response, err := http.Get(p.url)
		if err == nil {
			response.Body.Close()
		}
		return err == nil
	})
	return p
}

// stop presses Ctrl-C: the terminal sends it to the whole group.
func (p *platform) stop(t *testing.T) {
	t.Helper()
	overdue := time.AfterFunc(within, func() { syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) })
	defer overdue.Stop()
	syscall.Kill(-p.cmd.Process.Pid, syscall.SIGINT)
	p.cmd.Wait()
	if err := syscall.Kill(-p.cmd.Process.Pid, 0); err != syscall.ESRCH {
		t.Errorf("a process is left: %v", err)
	}
	if _, err := http.Get(p.url); err == nil {
		t.Error("it still answers")
	}
}

// ask sends the request of the existing clients.
func (p *platform) ask(song string) (*answer, error) {
	body := fmt.Sprintf(`{"songs":[%q]}`, song)
	response, err := http.Post(p.url+"/api/recommend", "application/json", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answer is %s", response.Status)
	}
	a := new(answer)
	return a, json.NewDecoder(response.Body).Decode(a)
}

// await waits until rules other than those of id are served.
func (p *platform) await(t *testing.T, id string) (now *answer) {
	t.Helper()
	harness.Eventually(t, 2*within, "new rules are served", func() bool {
		a, err := p.ask("A 0")
		now = a
		return err == nil && a.Rules.ID != id
	})
	return now
}

// dataset gives playlists in which the songs "<name> 0" to "<name> 9" go together.
func dataset(name string) string {
	var b strings.Builder
	b.WriteString("pid,artist_name,track_name\n")
	for pid := range 30 {
		for track := range 6 {
			fmt.Fprintf(&b, "%d,Somebody,%s %d\n", pid, name, (pid+track)%10)
		}
	}
	return b.String()
}

func TestRulesFollowTheDataset(t *testing.T) {
	var content atomic.Value
	content.Store(dataset("A"))
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, content.Load()) }))
	defer host.Close()
	state := t.TempDir()
	p := start(t, "DATASET_URL="+host.URL, "STATE_DIR="+state)

	first := p.await(t, "")
	if len(first.Songs) != 9 || !strings.HasPrefix(first.Songs[0], "A ") {
		t.Errorf("first answer is %v", first.Songs)
	}
	client := keepAsking(p)
	content.Store(dataset("B"))
	second := p.await(t, first.Rules.ID)
	if len(second.Songs) != 10 || !strings.HasPrefix(second.Songs[0], "B ") || second.Rules.Dataset == first.Rules.Dataset {
		t.Errorf("second answer is %+v", second)
	}
	content.Store("<html>Sign in</html>")
	harness.Eventually(t, within, "the page is rejected", func() bool { return strings.Contains(p.log.String(), "dataset rejected") })
	if now, err := p.ask("B 0"); err != nil || now.Rules.ID != second.Rules.ID {
		t.Errorf("after a rejected dataset the answer is %+v, %v", now, err)
	}
	client.check(t)
	p.stop(t)

	// The bucket is kept: the rules are there at once, whatever the dataset is.
	p = start(t, "DATASET_URL="+host.URL, "STATE_DIR="+state)
	if again := p.await(t, ""); again.Rules.ID != second.Rules.ID {
		t.Errorf("after a restart the rules are %s, were %s", again.Rules.ID, second.Rules.ID)
	}
	p.stop(t)
}

// client asks without a pause until it is checked.
type client struct {
	done   chan bool
	ended  chan error
	asked  int
	failed int
}

func keepAsking(p *platform) *client {
	c := &client{done: make(chan bool), ended: make(chan error, 1)}
	go func() {
		var first error
		for {
			select {
			case <-c.done:
				c.ended <- first
				return
			default:
			}
			c.asked++
			if err := consistent(p.ask("A 0")); err != nil {
				c.failed++
				if first == nil {
					first = err
				}
			}
		}
	}()
	return c
}

// consistent tells whether all songs come from one dataset.
func consistent(a *answer, err error) error {
	if err != nil {
		return err
	}
	for _, song := range a.Songs {
		if song[0] != a.Songs[0][0] {
			return fmt.Errorf("answer mixes two datasets: %v", a.Songs)
		}
	}
	return nil
}

func (c *client) check(t *testing.T) {
	t.Helper()
	close(c.done)
	err := <-c.ended
	t.Logf("%d requests, %d failed", c.asked, c.failed)
	if err != nil || c.asked < 100 {
		t.Errorf("%d of %d requests failed, first: %v", c.failed, c.asked, err)
	}
}
