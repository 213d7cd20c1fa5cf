package main

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startRun runs the project until stop is called, which checks that it ends
// well and soon.
func startRun(t *testing.T, environment map[string]string) (out *output, stop func()) {
	t.Helper()
	out = &output{}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, environment, out) }()
	stop = func() {
		t.Helper()
		began := time.Now()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("stopping took %v", took)
		}
		if t.Failed() {
			t.Log(out.String())
		}
	}
	return out, stop
}

// callerEnvironment is a person's: the run answers on a free port and records
// into a folder that is returned.
func callerEnvironment(t *testing.T, more ...string) (environment map[string]string, records string) {
	t.Helper()
	records = t.TempDir()
	environment = parseEnviron(append(os.Environ(), more...))
	environment["RECORD"], environment["PORT"] = records, freePort(t)
	return environment, records
}

func freePort(t *testing.T) string {
	t.Helper()
	var free ports
	defer free.release()
	location, err := free.reserve(0)
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(location)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestRun(t *testing.T) {
	root := newProject(t)
	write(t, filepath.Join(root, "my data.csv"), "x")
	environment, records := callerEnvironment(t, "DATASET_URL=my data.csv", "LOG_LEVEL=debug", "BUCKET=not-this", "SECRET=keep")
	out, stop := startRun(t, environment)

	eventually(t, "an event of the first tick reaches the worker through the checker", func() bool {
		return len(readRecords(t, records, "worker")) == 2
	})
	checker, worker := readRecords(t, records, "checker"), readRecords(t, records, "worker")
	front := readRecords(t, records, "front")

	t.Run("environment", func(t *testing.T) {
		env := parseEnviron(checker[0].Env)
		for name, want := range map[string]string{
			"K_SERVICE": "checker", "K_CONFIGURATION": "checker", "K_REVISION": "checker-00001",
			"KO_DATA_PATH": filepath.Join(root, "functions/actor/kodata"),
			"DATASET_URL":  "file://" + root + "/my%20data.csv",
			"LOG_LEVEL":    "debug", "BUCKET": "test-bucket", "SECRET": "",
		} {
			if env[name] != want {
				t.Errorf("%s=%s, want %s", name, env[name], want)
			}
		}
		if !strings.HasSuffix(env["K_SINK"], "/test/default") || env["AWS_SECRET_ACCESS_KEY"] == "" {
			t.Errorf("K_SINK or the bucket's key is missing: %v", env)
		}
		if env := parseEnviron(front[0].Env); env["AWS_SECRET_ACCESS_KEY"] != "" || env["K_SINK"] != "" || env["PORT"] != environment["PORT"] {
			t.Errorf("front does not ask for the bucket and has no SinkBinding, but got %v", env)
		}
		if !strings.Contains(out.String(), "from the environment: DATASET_URL=file://") {
			t.Errorf("nothing says what was overridden:\n%s", out)
		}
	})
	t.Run("events", func(t *testing.T) {
		ping, work := checker[1], worker[1]
		if got := ping.Headers.Get("Ce-Source"); got != "/apis/v1/namespaces/test/pingsources/often" || ping.Body != "wake up" {
			t.Errorf("ping from %s with %q", got, ping.Body)
		}
		if got := work.Headers.Get("Ce-Id"); work.Path != "/work" || got != "work-for-"+ping.Headers.Get("Ce-Id") {
			t.Errorf("worker got event %s at %s", got, work.Path)
		}
	})
	t.Run("welcome", func(t *testing.T) {
		eventually(t, "it says where the songs are", func() bool {
			return strings.Contains(out.String(), "curl -s http://127.0.0.1:"+environment["PORT"]+"/api/recommend")
		})
		if !strings.Contains(out.String(), "edit my data.csv: it is looked at next at ") {
			t.Errorf("where to edit is missing:\n%s", out)
		}
	})
	t.Run("killed process", func(t *testing.T) {
		if err := syscall.Kill(worker[0].PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		eventually(t, "it is started again", func() bool {
			all := readRecords(t, records, "worker")
			return len(all) == 3 && all[2].PID != worker[0].PID
		})
		if !strings.Contains(out.String(), `ERROR process ended, starting it again error="signal: killed" delay=500ms`) {
			t.Errorf("the restart is not shown:\n%s", out)
		}
	})

	stop()
	assertNothingLeft(t, records, environment["PORT"])
}

// assertNothingLeft checks that no process that wrote records lives and that
// port is free.
func assertNothingLeft(t *testing.T, records, port string) {
	t.Helper()
	for _, r := range recordsOfAll(t, records) {
		if lives(r.PID) {
			t.Errorf("process %d lives", r.PID)
		}
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	var free ports
	defer free.release()
	// Some other program's connection may pass through the same port, and end.
	eventually(t, "port "+port+" is free", func() bool {
		_, err := free.reserve(number)
		return err == nil
	})
}

func recordsOfAll(t *testing.T, folder string) []actorRecord {
	t.Helper()
	return slices.Concat(readRecords(t, folder, "checker"), readRecords(t, folder, "worker"), readRecords(t, folder, "front"))
}

// lives is false for a process that has ended but that its parent has not asked
// about yet.
func lives(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, state, _ := strings.Cut(string(stat), ") ")
	return err == nil && !strings.HasPrefix(state, "Z")
}

func TestTickReplacesTheSchedule(t *testing.T) {
	newProject(t)
	environment, records := callerEnvironment(t, "TICK=1s")
	_, stop := startRun(t, environment)
	defer stop()
	eventually(t, "three ticks", func() bool { return len(readRecords(t, records, "checker")) >= 4 })
}

func TestKilledPlatformLeavesNoProcess(t *testing.T) {
	root := newProject(t)
	environment, records := callerEnvironment(t, "RUN_AS_PLATFORM=yes")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	platform := exec.Command(self)
	platform.Dir, platform.Env = root, environ(environment)
	if err := platform.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it runs", func() bool { return len(readRecords(t, records, "worker")) == 2 })
	if err := platform.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	platform.Wait()
	eventually(t, "all processes end", func() bool {
		return !slices.ContainsFunc(recordsOfAll(t, records), func(r actorRecord) bool { return lives(r.PID) })
	})
	assertNothingLeft(t, records, environment["PORT"])
}

func TestInterruptedBuildIsNoError(t *testing.T) {
	newProject(t)
	environment, _ := callerEnvironment(t)
	out, stop := startRun(t, environment)
	eventually(t, "it builds", func() bool { return strings.Contains(out.String(), "building") })
	stop()
}

func TestFunctionThatCannotStartEndsTheRun(t *testing.T) {
	newProject(t)
	environment, records := callerEnvironment(t)
	environment["RECORD"] = "/nowhere"
	out := &output{}
	err := run(t.Context(), environment, out)
	if err == nil || !strings.Contains(err.Error(), "ended before it was ready: exit status 1") {
		t.Errorf("run: %v", err)
	}
	if !strings.Contains(out.String(), "open /nowhere/") {
		t.Errorf("the function's own words are missing:\n%s", out)
	}
	assertNothingLeft(t, records, environment["PORT"])
}

func TestTakenPort(t *testing.T) {
	newProject(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	environment, _ := callerEnvironment(t)
	_, environment["PORT"], _ = net.SplitHostPort(taken.Addr().String())
	err = run(t.Context(), environment, &output{})
	if err == nil || !strings.Contains(err.Error(), "choose another: PORT=") {
		t.Errorf("run: %v", err)
	}
}
