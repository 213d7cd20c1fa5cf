//go:build e2e || gitops

package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"segue.dev/events"
)

// datasets gives two versions of a dataset: the files that DATASETS names, or
// the sample and a part of it.
func datasets(t *testing.T) (first, second []byte) {
	t.Helper()
	read := func(path string) []byte {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	if one, other, ok := strings.Cut(os.Getenv("DATASETS"), ","); ok {
		return read(one), read(other)
	}
	sample := read("../../functions/dataset-check/kodata/playlists.csv")
	half := bytes.LastIndexByte(sample[:len(sample)/2], '\n') + 1
	return sample, sample[:half]
}

// digest is what events call the content.
func digest(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }

// replace gives the dataset host a new file.
func (d *deployment) replace(t *testing.T, content []byte) {
	t.Helper()
	d.put(t, "playlists", content)
}

// put gives the dataset host a file of that name.
func (d *deployment) put(t *testing.T, name string, content []byte) {
	t.Helper()
	var last error
	if wait(time.Minute, "", func() bool {
		last = proxied(http.MethodPut, d.namespace, "host", name).Body(content).Do(t.Context()).Error()
		return last == nil
	}) != nil {
		t.Fatal("the dataset host does not take the file: ", last)
	}
}

// tick sends what the PingSource sends, now. A Broker in memory may answer only
// when the dataset is checked and its training over.
func (d *deployment) tick(t *testing.T) {
	t.Helper()
	d.send(t, ping(), []byte("{}"))
}

// tickAside ticks once and does not wait for what comes of it.
func (d *deployment) tickAside(t *testing.T) {
	t.Helper()
	request := d.request(t, ping(), []byte("{}"))
	go request.Do(t.Context())
}

func ping() map[string]string {
	return map[string]string{"type": events.TypePing, "source": "/tests", "id": time.Now().String()}
}

// post sends the event that says data to the Broker.
func (d *deployment) post(t *testing.T, data events.Data) {
	t.Helper()
	body, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	d.send(t, map[string]string{"type": data.Type(), "source": data.Source(), "id": data.ID(), "subject": data.Subject()}, body)
}

// send sends an event, again until the Broker takes it.
func (d *deployment) send(t *testing.T, attributes map[string]string, body []byte) {
	t.Helper()
	request := d.request(t, attributes, body)
	var last error
	if wait(time.Minute, "", func() bool { last = request.Do(t.Context()).Error(); return last == nil }) != nil {
		t.Fatal("the Broker does not take events: ", last)
	}
}

// proxied is a request to a Kubernetes Service through the API server.
func proxied(verb, namespace, service string, path ...string) *rest.Request {
	return kube.CoreV1().RESTClient().Verb(verb).Namespace(namespace).Resource("services").Name(service + ":80").SubResource("proxy").Suffix(path...)
}

// request is what brings an event to the Broker, through the API server.
func (d *deployment) request(t *testing.T, attributes map[string]string, body []byte) *rest.Request {
	t.Helper()
	broker, err := eventers.EventingV1().Brokers(d.namespace).Get(t.Context(), "default", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	address := broker.Status.Address.URL.URL()
	host := strings.SplitN(address.Host, ".", 3) // service.namespace.svc…
	request := proxied(http.MethodPost, host[1], host[0], address.Path).
		SetHeader("Content-Type", "application/json").SetHeader("Ce-specversion", "1.0").Body(body)
	for name, value := range attributes {
		request.SetHeader("Ce-"+name, value)
	}
	return request
}

// answer is what a client looks at.
type answer struct {
	Songs   []string `json:"songs"`
	Version string   `json:"version"`
	Rules   struct {
		ID      string `json:"id"`
		Dataset string `json:"dataset"`
	} `json:"rules"`
}

// url is where a Knative Service answers.
func (d *deployment) url(t *testing.T, name string) string {
	t.Helper()
	s, err := d.service(t.Context(), name)
	if err != nil || s.Status.URL == nil {
		t.Fatal(name, "has no URL: ", err)
	}
	return s.Status.URL.String()
}

// errGateway is a failure of which neither Segue nor Knative's proxies tell anything.
var errGateway = errors.New("502 Bad Gateway, and nothing else")

// ask asks for recommendations once.
func ask(ctx context.Context, c *http.Client, base string) (*answer, error) {
	target, err := url.JoinPath(base, "/api/recommend")
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(`{"songs": ["Yesterday", "Space Oddity"]}`))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusBadGateway && len(body) == 0 {
		return nil, errGateway
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %.200s", response.Status, body)
	}
	got := new(answer)
	return got, json.Unmarshal(body, got)
}

// traffic is clients that keep asking.
type traffic struct {
	ending   atomic.Bool
	clients  sync.WaitGroup
	mu       sync.Mutex
	asked    int
	failures []failure
	seen     map[string]span // by what answers tell: version, rules and dataset
}

// failure is why a request failed, and when it was sent.
type failure struct {
	sent time.Time
	err  error
}

// span is when something was seen first and last.
type span struct{ first, last time.Time }

// keepAsking begins to ask with that many clients, each with a pause.
func keepAsking(t *testing.T, base string, clients int, pause time.Duration) *traffic {
	t.Helper()
	ctx, c := t.Context(), client(clients)
	traffic := &traffic{seen: map[string]span{}}
	for range clients {
		traffic.clients.Go(func() {
			for ctx.Err() == nil && !traffic.ending.Load() {
				sent := time.Now()
				got, err := ask(ctx, c, base)
				if ctx.Err() == nil {
					traffic.note(sent, got, err)
				}
				time.Sleep(pause)
			}
		})
	}
	return traffic
}

func (f *traffic) note(sent time.Time, got *answer, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if err != nil {
		f.failures = append(f.failures, failure{sent, err})
		return
	}
	now := time.Now()
	for _, told := range []string{got.Version, got.Rules.ID, got.Rules.Dataset} {
		seen, again := f.seen[told]
		if !again {
			seen.first = now
		}
		seen.last = now
		f.seen[told] = seen
	}
}

// answered tells whether an answer came.
func (f *traffic) answered() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.seen) > 0
}

// sees tells whether an answer came that tells this.
func (f *traffic) sees(told string) bool { return !f.when(told).first.IsZero() }

// when gives the first and the last answer that told this.
func (f *traffic) when(told string) span {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen[told]
}

// end ends the asking once the requests on their way are answered.
func (f *traffic) end() {
	f.ending.Store(true)
	f.clients.Wait()
}

// gatewayFailed tells, once the asking has ended, whether requests failed, and only at the
// gateway and if they were sent between the two times.
func (f *traffic) gatewayFailed(from, to time.Time) bool {
	return len(f.failures) > 0 && !slices.ContainsFunc(f.failures, func(failed failure) bool {
		return failed.err != errGateway || failed.sent.Before(from) || !failed.sent.Before(to)
	})
}

// stop ends the asking; a failed request fails the test.
func (f *traffic) stop(t *testing.T) {
	t.Helper()
	f.end()
	if len(f.failures) > 0 {
		first := f.failures[0]
		t.Errorf("%d of %d requests failed, the first, sent at %s: %v", len(f.failures), f.asked, first.sent.Format("15:04:05.000"), first.err)
	}
	measured(t, "requests failed meanwhile", "%d of %d", len(f.failures), f.asked)
}

// serves waits until the recommender answers from the dataset's rules.
func (d *deployment) serves(t *testing.T, within time.Duration, dataset []byte) {
	t.Helper()
	c, base := client(1), d.url(t, "recommender")
	var last any
	err := wait(within, "rules of the dataset are served", func() bool {
		got, err := ask(t.Context(), c, base)
		if err != nil {
			last = err
			return false
		}
		last = got.Rules.Dataset
		return got.Rules.Dataset == digest(dataset)
	})
	if err != nil {
		t.Fatal(err, "; the last answer: ", last)
	}
}
