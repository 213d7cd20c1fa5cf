package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
)

func toAll(s *subscriber) *trigger {
	return &trigger{name: "all", filters: newFilters(withAttributes(nil)), delivery: delivery{subscriber: s.url}}
}

func withAttributes(attributes map[string]string) *eventingv1.Trigger {
	return &eventingv1.Trigger{Spec: eventingv1.TriggerSpec{Filter: &eventingv1.TriggerFilter{Attributes: attributes}}}
}

func TestIngress(t *testing.T) {
	structured := `{"specversion":"1.0","id":"1","source":"/test","type":"a","datacontenttype":"application/json","data":{"a":1}}`
	noID := binary("a")
	delete(noID, "Ce-Id")
	for name, test := range map[string]struct {
		path    string
		headers map[string]string
		body    string
		code    int
		text    string
	}{
		"binary":         {"", binary("a"), `{"a":1}`, 202, ""},
		"structured":     {"", map[string]string{"Content-Type": "application/cloudevents+json"}, structured, 202, ""},
		"trailing words": {"/x", binary("a"), "{}", 404, "not found"},
		"no event":       {"", map[string]string{"Content-Type": "application/json"}, "{}", 400, "not a CloudEvent"},
		"no id":          {"", noID, "{}", 400, "id: MUST be a non-empty string"},
		"no broker":      {"2", binary("a"), "{}", 404, "no Broker default2 in namespace test"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSubscriber(t, nil)
			b := startBroker(t, toAll(s))
			code, text := post(t, b.url+test.path, test.headers, test.body)
			if code != test.code || !strings.Contains(text, test.text) {
				t.Errorf("answer %d %s, want %d %s", code, text, test.code, test.text)
			}
			if code != 202 {
				return
			}
			got := s.wait(t, 1)[0]
			if got.headers.Get("Ce-Type") != "a" || got.headers.Get("Ce-Id") != "1" || got.body != `{"a":1}` {
				t.Errorf("delivered %v %s", got.headers, got.body)
			}
			if _, err := time.Parse(time.RFC3339Nano, got.headers.Get("Ce-Knativearrivaltime")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFilter(t *testing.T) {
	filters := func(f ...eventingv1.SubscriptionsAPIFilter) *eventingv1.Trigger {
		return &eventingv1.Trigger{Spec: eventingv1.TriggerSpec{Filters: f, Filter: &eventingv1.TriggerFilter{}}}
	}
	type dialect = eventingv1.SubscriptionsAPIFilter
	for name, test := range map[string]struct {
		trigger *eventingv1.Trigger
		want    bool
	}{
		"none":            {withAttributes(nil), true},
		"type":            {withAttributes(map[string]string{"type": "dev.a"}), true},
		"other type":      {withAttributes(map[string]string{"type": "dev.b"}), false},
		"both":            {withAttributes(map[string]string{"type": "dev.a", "subject": "playlists"}), true},
		"one of two":      {withAttributes(map[string]string{"type": "dev.a", "subject": "x"}), false},
		"no such":         {withAttributes(map[string]string{"colour": "red"}), false},
		"prefix":          {filters(dialect{Prefix: map[string]string{"type": "dev."}}), true},
		"not":             {filters(dialect{Not: &dialect{Exact: map[string]string{"type": "dev.a"}}}), false},
		"all of two":      {filters(dialect{Suffix: map[string]string{"type": "a"}}, dialect{Exact: map[string]string{"subject": "x"}}), false},
		"expression":      {filters(dialect{CESQL: "subject LIKE 'play%'"}), true},
		"expression, not": {filters(dialect{CESQL: "subject = 'x'"}), false},
	} {
		t.Run(name, func(t *testing.T) {
			s, everything := newSubscriber(t, nil), newSubscriber(t, nil)
			tested := toAll(s)
			tested.filters = newFilters(test.trigger)
			b := startBroker(t, tested, toAll(everything))
			b.send(t, "dev.a")
			everything.wait(t, 1)
			b.deliveries.Wait()
			if got := len(s.all()) == 1; got != test.want {
				t.Errorf("delivered: %v, want %v", got, test.want)
			}
		})
	}
}

// reply answers with an event of that type.
func reply(eventType string) func(int, http.ResponseWriter) {
	return func(_ int, w http.ResponseWriter) {
		for name, value := range binary(eventType) {
			w.Header().Set(name, value)
		}
		fmt.Fprint(w, `{"reply": true}`)
	}
}

func TestReplyGoesToTheBroker(t *testing.T) {
	asked, told := newSubscriber(t, reply("answer")), newSubscriber(t, nil)
	question, answer := toAll(asked), toAll(told)
	question.filters = newFilters(withAttributes(map[string]string{"type": "question"}))
	answer.filters = newFilters(withAttributes(map[string]string{"type": "answer"}))
	startBroker(t, question, answer).send(t, "question")
	if got := told.wait(t, 1)[0]; got.body != `{"reply": true}` || got.headers.Get("Ce-Type") != "answer" {
		t.Errorf("got %v %s", got.headers, got.body)
	}
	if got := asked.all()[0].headers.Get("Prefer"); got != "reply" {
		t.Errorf("Prefer: %q", got)
	}
}

func TestRepliesWithoutEndAreStopped(t *testing.T) {
	s := newSubscriber(t, reply("again"))
	b := startBroker(t, toAll(s))
	b.send(t, "again")
	s.wait(t, maxReplies+1)
	b.deliveries.Wait()
	if n := len(s.all()); n != maxReplies+1 {
		t.Errorf("%d deliveries, want %d", n, maxReplies+1)
	}
}

func TestStopGivesUpDeliveries(t *testing.T) {
	began, end := make(chan bool, 1), make(chan bool)
	defer close(end)
	s := newSubscriber(t, func(int, http.ResponseWriter) { began <- true; <-end })
	b := startBroker(t, toAll(s))
	b.send(t, "a")
	<-began
	b.stop() // hangs if it waits for the subscriber
}
