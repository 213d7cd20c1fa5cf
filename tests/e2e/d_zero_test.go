//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

const rounds = 10

// TestScaleToZero asks the recommender and the hello function in turn, each
// time when neither has a pod.
func TestScaleToZero(t *testing.T) {
	times := map[string][]time.Duration{}
	names := []string{"hello", "recommender"}
	urls := map[string]string{"hello": segue.url(t, "hello"), "recommender": segue.url(t, "recommender")}
	for range rounds {
		idle(t, names...)
		time.Sleep(2 * time.Second) // the activator has heard of it
		for _, name := range names {
			times[name] = append(times[name], cold(t, name, urls[name]))
		}
		slices.Reverse(names)
	}
	for name, of := range times {
		slices.Sort(of)
		measured(t, "cold request, "+name, "median %s of %d, %s to %s", seconds(median(of)), len(of), seconds(of[0]), seconds(of[len(of)-1]))
	}
	ratio := median(times["recommender"]).Seconds() / median(times["hello"]).Seconds()
	measured(t, "recommender's median over hello's, rules loaded", "%.2f (goal 1.15)", ratio)
	if ratio > 1.5 {
		t.Errorf("a cold recommender takes %.2f times as long as hello", ratio)
	}
}

// cold asks once, over a connection of its own.
func cold(t *testing.T, name, url string) time.Duration {
	t.Helper()
	c := client(1)
	defer c.CloseIdleConnections()
	start := time.Now()
	if name == "hello" {
		response, err := c.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Fatal(response.Status)
		}
		return time.Since(start)
	}
	got, err := ask(t.Context(), c, url)
	if err != nil || got.Rules.ID == "" {
		t.Fatalf("a cold request: %+v, %v", got, err)
	}
	return time.Since(start)
}

func median(sorted []time.Duration) time.Duration {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// TestBurst asks 50 times at once while there is no pod, then goes on until
// there are several.
func TestBurst(t *testing.T) {
	idle(t, "recommender")
	url, c, start := segue.url(t, "recommender"), client(50), time.Now()
	var all sync.WaitGroup
	answers, failures := make([]*answer, 50), make([]error, 50)
	for i := range answers {
		all.Go(func() { answers[i], failures[i] = ask(t.Context(), c, url) })
	}
	all.Wait()
	took := time.Since(start)
	rules := map[string]int{}
	for i, err := range failures {
		if err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
		rules[answers[i].Rules.ID]++
	}
	if len(rules) != 1 {
		t.Errorf("answers from several rules: %v", rules)
	}
	measured(t, "50 requests at zero, all answered", "%s", seconds(took))
	traffic := keepAsking(t, url, 100, 0)
	most := 0
	wait(30*time.Second, "", func() bool {
		pods, _ := segue.pods(t.Context(), "serving.knative.dev/service=recommender")
		most = max(most, len(pods))
		return false
	})
	traffic.stop(t)
	if most < 2 || len(traffic.seen) != 3 { // one version, one rule set, one dataset
		t.Errorf("%d pods, told %v", most, traffic.seen)
	}
	measured(t, "pods under 100 clients without pause", "%d, %s requests/s", most, fmt.Sprint(traffic.asked/30))
}
