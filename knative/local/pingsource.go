package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/google/uuid"
	"github.com/robfig/cron/v3"
	sourcesv1 "knative.dev/eventing/pkg/apis/sources/v1"
)

// ping is one PingSource.
type ping struct {
	schedule cron.Schedule
	event    cloudevents.Event // what it sends, but for the id and time
	sink     *url.URL
	sender   sender
	log      *slog.Logger
}

// newPing reads the source's schedule and event; tick, unless 0, is the
// schedule instead.
func newPing(source *sourcesv1.PingSource, tick time.Duration) (*ping, error) {
	event, err := pingEvent(source)
	if err != nil {
		return nil, err
	}
	if tick > 0 {
		return &ping{event: event, schedule: cron.Every(tick)}, nil
	}
	spec := source.Spec.Schedule
	if zone := source.Spec.Timezone; zone != "" {
		spec = "CRON_TZ=" + zone + " " + spec
	}
	parser := cron.NewParser(cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)
	schedule, err := parser.Parse(spec)
	return &ping{event: event, schedule: schedule}, err
}

func pingEvent(source *sourcesv1.PingSource) (cloudevents.Event, error) {
	event := cloudevents.NewEvent()
	event.SetType(sourcesv1.PingSourceEventType)
	event.SetSource(sourcesv1.PingSourceSource(source.Namespace, source.Name))
	if o := source.Spec.CloudEventOverrides; o != nil {
		for name, value := range o.Extensions {
			event.SetExtension(name, value)
		}
	}
	data := []byte(source.Spec.Data)
	if source.Spec.DataBase64 != "" {
		var err error
		if data, err = base64.StdEncoding.DecodeString(source.Spec.DataBase64); err != nil {
			return event, fmt.Errorf("dataBase64: %w", err)
		}
	}
	if len(data) == 0 {
		return event, nil
	}
	return event, event.SetData(source.Spec.ContentType, data)
}

// fire sends one event. As in Knative, one that is not taken is lost: the next
// tick comes.
func (p *ping) fire(ctx context.Context) {
	event := p.event.Clone()
	event.SetID(uuid.NewString())
	event.SetTime(time.Now())
	if a := p.sender.send(ctx, p.sink, event); a.failed() && ctx.Err() == nil {
		p.log.Error("tick not delivered", "sink", p.sink.String(), "status", a.status, "answer", a.text())
	}
}

// runPings fires every source at once, then each on its schedule until ctx is
// done.
func runPings(ctx context.Context, pings []*ping) {
	schedules := cron.New()
	var first sync.WaitGroup
	for _, p := range pings {
		first.Go(func() { p.fire(ctx) })
		schedules.Schedule(p.schedule, cron.FuncJob(func() { p.fire(ctx) }))
	}
	schedules.Start()
	<-ctx.Done()
	<-schedules.Stop().Done()
	first.Wait()
}
