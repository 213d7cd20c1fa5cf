package main

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	duckv1 "knative.dev/eventing/pkg/apis/duck/v1"
)

func spec(retry int32, policy duckv1.BackoffPolicyType, delay string) *duckv1.DeliverySpec {
	return &duckv1.DeliverySpec{Retry: &retry, BackoffPolicy: &policy, BackoffDelay: &delay}
}

// deliverTo returns a Trigger for all events with that delivery.
func deliverTo(target *url.URL, s *duckv1.DeliverySpec) *trigger {
	d := newDelivery(s)
	d.subscriber = target
	return &trigger{name: "tested", filters: newFilters(withAttributes(nil)), delivery: d}
}

func TestAttempts(t *testing.T) {
	for name, test := range map[string]struct {
		codes []int
		want  int // attempts, with three retries
	}{
		"accepted":     {[]int{202}, 1},
		"unavailable":  {[]int{503, 503, 200}, 3},
		"always":       {[]int{500}, 4},
		"not found":    {[]int{404, 200}, 2},
		"timeout":      {[]int{408, 200}, 2},
		"conflict":     {[]int{409, 200}, 2},
		"too many":     {[]int{429, 200}, 2},
		"bad request":  {[]int{400, 200}, 1},
		"unprocessed":  {[]int{422, 200}, 1},
		"not modified": {[]int{304, 200}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSubscriber(t, func(n int, w http.ResponseWriter) { w.WriteHeader(test.codes[min(n, len(test.codes)-1)]) })
			b := startBroker(t, deliverTo(s.url, spec(3, duckv1.BackoffPolicyLinear, "PT0S")))
			b.send(t, "a")
			b.deliveries.Wait()
			if got := len(s.all()); got != test.want {
				t.Errorf("%d attempts, want %d", got, test.want)
			}
		})
	}
}

func TestWait(t *testing.T) {
	const exponential, linear = duckv1.BackoffPolicyExponential, duckv1.BackoffPolicyLinear
	limit := "PT20S"
	limited := spec(3, exponential, "PT1S")
	limited.RetryAfterMax = &limit
	for name, test := range map[string]struct {
		spec       *duckv1.DeliverySpec
		status     int
		retryAfter string
		want       []time.Duration // in seconds
	}{
		"exponential":         {spec(3, exponential, "PT1S"), 503, "", []time.Duration{1, 2, 4, 8}},
		"linear":              {spec(3, linear, "PT1M"), 500, "", []time.Duration{0, 60, 120, 180}},
		"no delay":            {&duckv1.DeliverySpec{}, 500, "", []time.Duration{0, 0}},
		"Retry-After ignored": {spec(3, exponential, "PT1S"), 503, "10", []time.Duration{1, 2}},
		"Retry-After":         {limited, 503, "10", []time.Duration{10, 10, 10, 10, 16}},
		"Retry-After of 429":  {limited, 429, "3600", []time.Duration{20}},
		"Retry-After of 500":  {limited, 500, "10", []time.Duration{1}},
		"Retry-After unread":  {limited, 503, "soon", []time.Duration{1}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDelivery(test.spec)
			a := answer{status: test.status, header: http.Header{"Retry-After": {test.retryAfter}}}
			for n, want := range test.want {
				if got := d.wait(n, a); got != want*time.Second {
					t.Errorf("before retry %d: %v, want %v", n, got, want*time.Second)
				}
			}
		})
	}
}

func TestRetriesWait(t *testing.T) {
	s := newSubscriber(t, status(503))
	b := startBroker(t, deliverTo(s.url, spec(2, duckv1.BackoffPolicyExponential, "PT0.2S")))
	b.send(t, "a")
	b.deliveries.Wait()
	got := s.all()
	first, second := got[1].at.Sub(got[0].at), got[2].at.Sub(got[1].at)
	if first < 190*time.Millisecond || second < 390*time.Millisecond {
		t.Errorf("waited %v and %v, want 200ms and 400ms", first, second)
	}
}

func TestRetryAfterDate(t *testing.T) {
	now := time.Now()
	a := answer{status: 429, header: http.Header{"Retry-After": {now.Add(time.Minute).UTC().Format(http.TimeFormat)}}}
	if got := a.retryAfter(now); got < 58*time.Second || got > time.Minute {
		t.Errorf("%v", got)
	}
}

func TestAttemptTimeout(t *testing.T) {
	end := make(chan bool)
	defer close(end)
	s := newSubscriber(t, func(n int, _ http.ResponseWriter) {
		if n == 0 {
			<-end
		}
	})
	timeout := "PT0.2S"
	limited := spec(1, duckv1.BackoffPolicyLinear, "PT0S")
	limited.Timeout = &timeout
	startBroker(t, deliverTo(s.url, limited)).send(t, "a")
	s.wait(t, 2)
}

func TestJSONFormat(t *testing.T) {
	format := duckv1.DeliveryFormatJson
	s := newSubscriber(t, nil)
	startBroker(t, deliverTo(s.url, &duckv1.DeliverySpec{Format: &format})).send(t, "a")
	got := s.wait(t, 1)[0]
	if !strings.HasPrefix(got.headers.Get("Content-Type"), "application/cloudevents+json") || !strings.Contains(got.body, `"type":"a"`) {
		t.Errorf("got %v %s", got.headers, got.body)
	}
}

func TestDeadLetter(t *testing.T) {
	long := strings.Repeat("x", 3000)
	nobody := &url.URL{Scheme: "http", Host: "127.0.0.1:1", Path: "/"}
	for name, test := range map[string]struct {
		answer func(int, http.ResponseWriter) // nil: nobody listens
		code   string
		data   string
	}{
		"refused":    {status(400), "400", "said by the subscriber"},
		"given up":   {status(503), "503", "said by the subscriber"},
		"no answer":  {nil, "500", "dispatch error: Post \"http://127.0.0.1:1/\": dial tcp 127.0.0.1:1: connect: connection refused"},
		"not a 2xx":  {status(200), "502", "answered 200 with a body that is not a CloudEvent: unknown Message encoding"},
		"long words": {func(_ int, w http.ResponseWriter) { http.Error(w, long, http.StatusBadRequest) }, "400", long[:768]},
	} {
		t.Run(name, func(t *testing.T) {
			target := nobody
			if test.answer != nil {
				target = newSubscriber(t, test.answer).url
			}
			sink := newSubscriber(t, status(503, 204))
			dead := deliverTo(target, spec(1, duckv1.BackoffPolicyLinear, "PT0S"))
			dead.delivery.deadLetter = sink.url.JoinPath("dead-letter")
			startBroker(t, dead).send(t, "a")
			got := sink.wait(t, 2)[1] // the sink is tried again too
			data, err := base64.StdEncoding.DecodeString(got.headers.Get("Ce-Knativeerrordata"))
			if err != nil || string(data) != test.data {
				t.Errorf("knativeerrordata %q, %v, want %q", data, err, test.data)
			}
			if code := got.headers.Get("Ce-Knativeerrorcode"); code != test.code {
				t.Errorf("knativeerrorcode %s, want %s", code, test.code)
			}
			if dest := got.headers.Get("Ce-Knativeerrordest"); dest != target.String() {
				t.Errorf("knativeerrordest %s, want %s", dest, target)
			}
			if got.path != "/dead-letter" || got.body != `{"a": 1}` || got.headers.Get("Ce-Id") != "1" {
				t.Errorf("not the original event: %v", got)
			}
		})
	}
}

func TestEventsOfManyTriggersDoNotMix(t *testing.T) {
	var subscribers []*subscriber
	var triggers []*trigger
	for range 3 {
		s := newSubscriber(t, status(503))
		sink := newSubscriber(t, nil)
		dead := deliverTo(s.url, nil)
		dead.delivery.deadLetter = sink.url
		subscribers, triggers = append(subscribers, sink), append(triggers, dead)
	}
	b := startBroker(t, triggers...)
	b.send(t, "a")
	var targets []string
	for _, s := range subscribers {
		targets = append(targets, s.wait(t, 1)[0].headers.Get("Ce-Knativeerrordest"))
	}
	slices.Sort(targets)
	if len(slices.Compact(targets)) != 3 {
		t.Errorf("each event names its own subscriber, but they are %v", targets)
	}
}
