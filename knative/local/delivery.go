package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/rickb777/date/period"
	duckv1 "knative.dev/eventing/pkg/apis/duck/v1"
)

// delivery is how one Trigger's events reach their subscriber. It follows
// Knative's kncloudevents package.
type delivery struct {
	sender        sender
	subscriber    *url.URL
	deadLetter    *url.URL // nil if there is no dead-letter sink
	retries       int
	policy        duckv1.BackoffPolicyType // "": no delay between attempts
	delay         time.Duration
	timeout       time.Duration // of each attempt; 0 for none
	retryAfterMax time.Duration // how far a Retry-After is honoured
}

// newDelivery reads spec, which may be nil. Its durations are valid: the
// webhook's check has seen them.
func newDelivery(spec *duckv1.DeliverySpec) delivery {
	if spec == nil {
		return delivery{}
	}
	d := delivery{
		delay:         duration(spec.BackoffDelay),
		timeout:       duration(spec.Timeout),
		retryAfterMax: duration(spec.RetryAfterMax),
	}
	if spec.Retry != nil {
		d.retries = int(*spec.Retry)
	}
	if spec.BackoffPolicy != nil {
		d.policy = *spec.BackoffPolicy
	}
	if spec.Format != nil {
		d.sender.format = *spec.Format
	}
	return d
}

// duration reads an ISO 8601 duration such as PT1.5S; nil is 0.
func duration(iso *string) time.Duration {
	if iso == nil {
		return 0
	}
	p, _ := period.Parse(*iso)
	return p.DurationApprox()
}

// deliver sends the event to the subscriber, failing that to the dead-letter
// sink, and returns the event that the subscriber answered with, or nil. An end
// of ctx gives the event up.
func (d *delivery) deliver(ctx context.Context, log *slog.Logger, event cloudevents.Event) *cloudevents.Event {
	answer := d.attempt(ctx, log, d.subscriber, event)
	if ctx.Err() != nil {
		return nil
	}
	if !answer.failed() {
		return answer.event
	}
	log = log.With("status", answer.status, "answer", answer.text())
	if d.deadLetter == nil {
		log.Error("event lost: not delivered, and no dead-letter sink")
		return nil
	}
	log.Error("event not delivered: it goes to the dead-letter sink")
	addFailure(&event, d.subscriber, answer)
	answer = d.attempt(ctx, log, d.deadLetter, event)
	if answer.failed() && ctx.Err() == nil {
		log.Error("event lost: the dead-letter sink failed too", "sink", d.deadLetter.String(), "sinkStatus", answer.status)
	}
	return nil
}

// attempt sends the event to target once, and again as long as that may help
// and retries are left. It returns the last answer.
func (d *delivery) attempt(ctx context.Context, log *slog.Logger, target *url.URL, event cloudevents.Event) answer {
	for n := 0; ; n++ {
		answer := d.once(ctx, target, event)
		if !answer.mayBeRetried() || n >= d.retries {
			return answer
		}
		wait := d.wait(n, answer)
		if ctx.Err() == nil {
			log.Warn("delivery failed, trying again", "target", target.String(), "status", answer.status,
				"answer", answer.text(), "retry", fmt.Sprintf("%d of %d", n+1, d.retries), "wait", wait.String())
		}
		if sleep(ctx, wait) != nil {
			return answer
		}
	}
}

func (d *delivery) once(ctx context.Context, target *url.URL, event cloudevents.Event) answer {
	if d.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d.timeout)
		defer cancel()
	}
	return d.sender.send(ctx, target, event)
}

// wait returns how long to wait before retry n, from 0, after that answer.
func (d *delivery) wait(n int, a answer) time.Duration {
	return max(d.backoff(n), min(a.retryAfter(time.Now()), d.retryAfterMax))
}

// backoff is linear, 0, 1, 2, … times the delay, or exponential, 1, 2, 4, … times.
func (d *delivery) backoff(n int) time.Duration {
	switch d.policy {
	case duckv1.BackoffPolicyLinear:
		return d.delay * time.Duration(n)
	case duckv1.BackoffPolicyExponential:
		return d.delay << min(n, 20)
	}
	return 0
}
