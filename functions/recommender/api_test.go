package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden")

// TestConversation sends the requests of testdata/api.txt and compares the
// answers with testdata/api.golden, which reads as a manual of the API.
func TestConversation(t *testing.T) {
	script, golden := testdata(t, "api.txt"), testdata(t, "api.golden")
	s := servingSite(t)
	var got strings.Builder
	requests, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	for request := range strings.SplitSeq(strings.TrimSpace(string(requests)), "\n\n") {
		fmt.Fprintf(&got, "%s\n\n%s\n", request, s.play(request))
	}
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("answers differ from %s (-want +got; go test -update rewrites it):\n%s", golden, diff)
	}
}

// testdata is a file's path, which stays right wherever the S3 server goes.
func testdata(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// play sends a request of the script and writes its answer down, as lines that
// begin with <.
func (s *site) play(script string) string {
	s.t.Helper()
	header, body := http.Header{}, ""
	var method, target string
	for line := range strings.SplitSeq(script, "\n") {
		name, value, isHeader := strings.Cut(line, ": ")
		switch {
		case strings.HasPrefix(line, "#"):
		case method == "":
			method, target, _ = strings.Cut(line, " ")
		case isHeader && !strings.ContainsAny(name, `"{`):
			header.Set(name, value)
		default:
			body = line
		}
	}
	got := s.do(method, target, header, body)
	checkRequest(s.t, s.api, body, got.status)
	var out bytes.Buffer
	fmt.Fprintf(&out, "%d %s\n", got.status, got.header.Get("Content-Type"))
	if allow := got.header.Get("Allow"); allow != "" {
		fmt.Fprintf(&out, "Allow: %s\n", allow)
	}
	if got.status != http.StatusOK || json.Indent(&out, got.body, "", "  ") != nil {
		out.Write(got.body)
	}
	answer := volatile.ReplaceAllString(strings.TrimSpace(out.String()), `"$1": "…"`)
	return "< " + strings.ReplaceAll(answer, "\n", "\n< ") + "\n"
}

// volatile are fields that change with the time, or with the rules' format.
var volatile = regexp.MustCompile(`"(loaded_at|checked_at|etag|bytes)": ("(\\.|[^"])*"|\d+)`)

// checkRequest compares what became of a request with what openapi.json says
// of requests: what is answered is allowed, what is out of bounds is not.
func checkRequest(t testing.TB, doc *openapi3.T, body string, status int) {
	t.Helper()
	var value any
	if json.Unmarshal([]byte(body), &value) != nil {
		return
	}
	err := doc.Components.Schemas["Request"].Value.VisitJSON(value)
	if err != nil && status == http.StatusOK || err == nil && status == http.StatusUnprocessableEntity {
		t.Errorf("%s: status %d, where openapi.json says: %v", body, status, err)
	}
}

func TestBodiesThatAreHardToWriteDown(t *testing.T) {
	s := servingSite(t)
	list := func(n int) string { return `["a"` + strings.Repeat(`,"a"`, n-1) + `]` }
	padded := func(size int) string {
		return `{"songs":["Halo"]` + strings.Repeat(" ", size-len(`{"songs":["Halo"]}`)) + `}`
	}
	for name, c := range map[string]struct {
		body   string
		status int
		detail string
	}{
		"1000 songs":         {`{"songs":` + list(1000) + `}`, 200, ""},
		"1001 songs":         {`{"songs":` + list(1001) + `}`, 422, "songs has 1001 entries"},
		"10000 excluded":     {`{"songs":["a"],"exclude":` + list(10_000) + `}`, 200, ""},
		"10001 excluded":     {`{"songs":["a"],"exclude":` + list(10_001) + `}`, 422, "exclude has 10001 entries"},
		"1 MiB":              {padded(1 << 20), 200, ""},
		"1 MiB and a byte":   {padded(1<<20 + 1), 413, "over 1 MiB"},
		"Latin-1":            {"{\"songs\":[\"Beyonc\xe9\"]}", 400, "not UTF-8 at byte 18"},
		"half a surrogate":   {`{"songs":["\ud800"]}`, 200, ""},
		"deep nesting":       {`{"songs":` + strings.Repeat("[", 20_000), 400, "not JSON"},
		"a long wrong field": {`{"songs":["a"],"` + strings.Repeat("x", 5000) + `":1}`, 400, `xxx" is no field`},
	} {
		got := s.do(http.MethodPost, "/api/recommend", nil, c.body)
		if got.status != c.status || !strings.Contains(string(got.body), strings.ReplaceAll(c.detail, `"`, `\"`)) || c.status >= 400 && len(got.body) > 1000 {
			t.Errorf("%s: status %d, want %d with %q: %.300s", name, got.status, c.status, c.detail, got.body)
		}
	}
}

// TestEndlessBody sends a body that does not say how long it is. The answer
// comes before it is read whole.
func TestEndlessBody(t *testing.T) {
	s := servingSite(t)
	var sent atomic.Int64
	body := readerFunc(func(p []byte) (int, error) {
		if sent.Load() == 64<<20 {
			return 0, io.EOF
		}
		n := copy(p, bytes.Repeat([]byte(" "), min(len(p), 64<<20-int(sent.Load()))))
		sent.Add(int64(n))
		return n, nil
	})
	got, err := http.Post(s.url+"/api/recommend", "application/json", body)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if n := sent.Load(); got.StatusCode != http.StatusRequestEntityTooLarge || n > 32<<20 {
		t.Errorf("status %d after %d bytes, want 413 after little more than 1 MiB", got.StatusCode, n)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestWget sends, byte for byte, what wget --post-data sends.
func TestWget(t *testing.T) {
	s := servingSite(t)
	host := strings.TrimPrefix(s.url, "http://")
	conn, err := new(net.Dialer).DialContext(context.Background(), "tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := `{"songs":["Yesterday","Bohemian Rhapsody"]}`
	fmt.Fprintf(conn, "POST /api/recommend HTTP/1.1\r\nHost: %s\r\nUser-Agent: Wget/1.25.0\r\nAccept: */*\r\n"+
		"Accept-Encoding: identity\r\nConnection: Keep-Alive\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Content-Length: %d\r\n\r\n%s", host, len(body), body)
	got, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	var a received
	if err := json.NewDecoder(got.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	if got.StatusCode != 200 || len(a.Songs) == 0 || a.Version == "" || a.ModelDate != "2026-11-23T10:00:00Z" || a.Fallback != "" {
		t.Errorf("status %d, answer %+v", got.StatusCode, a)
	}
}
