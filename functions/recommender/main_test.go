package main

import (
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"segue.dev/tests/harness"
)

// asMain is set in the environment of a process that is to be the recommender.
const asMain = "RECOMMENDER_TEST_MAIN"

// The S3 server leaves two goroutines of its HTTP library: one that ends within
// ten seconds, and one that keeps the time.
func TestMain(m *testing.M) {
	if os.Getenv(asMain) != "" {
		main()
		return
	}
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"))
}

// TestProcess starts the recommender as a process of its own, with probes and
// metrics, and stops it as a platform does.
func TestProcess(t *testing.T) {
	newStorage(t).publish("first", playlists, 1)
	port := strconv.Itoa(harness.FreePort(t))
	process := mainCommand(t, "HOST=127.0.0.1", "PORT="+port, "RELOAD_INTERVAL=20ms")
	process.Stdout = t.Output()
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = process.Process.Kill() })
	url := "http://127.0.0.1:" + port
	s := &site{t: t, url: url, api: describedAPI(t), reloader: newReloader(nil, soon)}
	s.await("ready", func() bool {
		got, err := http.Get(url + "/readyz")
		if err != nil {
			return false
		}
		got.Body.Close()
		return got.StatusCode == http.StatusOK
	})
	s.ask(`{"songs":["Yesterday","nobody","no one"]}`)
	s.ask(`{"songs":["nobody"]}`)
	s.ask(`{"songs":"Yesterday"}`)
	s.do(http.MethodGet, "/api/nothing", nil, "")
	s.await("counted", func() bool { return missing(t, url) == "" })
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := process.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
	http.DefaultClient.CloseIdleConnections()
}

// mainCommand is the recommender, with the test's environment and more.
func mainCommand(t *testing.T, environment ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(program)
	process.Env = append(append(os.Environ(), asMain+"=1"), environment...)
	return process
}

func TestConfigOutOfBounds(t *testing.T) {
	for setting, reason := range map[string]string{
		"RELOAD_INTERVAL=0s":   "RELOAD_INTERVAL is 0s: give a time above zero",
		"RELOAD_INTERVAL=soon": "RELOAD_INTERVAL: unable to parse duration: time: invalid duration",
		"RELOAD=always":        "give interval or strict",
		"MAX_REQUESTS=0":       "MAX_REQUESTS is 0",
	} {
		output, err := mainCommand(t, setting).CombinedOutput()
		if err == nil || !strings.Contains(string(output), reason) {
			t.Errorf("%s: %v, %s", setting, err, output)
		}
	}
}

// missing returns the first expected line that /metrics lacks.
func missing(t *testing.T, url string) string {
	t.Helper()
	got, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`http_server_request_duration_seconds_count{http_response_status_code="200",http_route="/api/recommend"} 2`,
		`http_server_request_duration_seconds_count{http_response_status_code="400",http_route="/api/recommend"} 1`,
		`http_server_request_duration_seconds_count{http_response_status_code="404",http_route="other"} 1`,
		`# TYPE http_server_request_duration_seconds histogram`,
		`http_server_request_duration_seconds_bucket{http_response_status_code="200",http_route="/api/recommend",le="10"} 2`,
		`segue_recommender_fallbacks_total 1`,
		`segue_recommender_unknown_total 3`,
		`segue_recommender_reloads_total{outcome="unchanged"} \d+`,
		`segue_recommender_startup_seconds \d.*`,
		`segue_rules_age_seconds \S+`,
		`segue_rules_info{dataset="sha256:of-first",id="first"} 1`,
	} {
		if !regexp.MustCompile(`(?m)^` + strings.NewReplacer("{", `\{`, "}", `\}`).Replace(want) + `$`).Match(body) {
			return want
		}
	}
	return ""
}

// TestUnforeseenError checks that an error's words stay inside.
func TestUnforeseenError(t *testing.T) {
	p := problemOf(errors.New("the password is 1234"))
	if p.Status != http.StatusInternalServerError || strings.Contains(p.Detail, "1234") {
		t.Errorf("%+v", p)
	}
}
