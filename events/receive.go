package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
)

// An Event is a received CloudEvent.
type Event = event.Event

// maxBytes bounds an event's body. Ours are far smaller; brokers bound them too.
const maxBytes = 1 << 20

// Handler receives CloudEvents over HTTP, in binary or structured mode, and
// says with the status what is to become of the event:
//
//	204  handle returned nil: done
//	400  not a CloudEvent: never send it again
//	422  handle returned a Refuse error: it will never work, dead-letter it
//	503  any other error: it may work later, send it again
//
// It never answers 404, 408 or 409, which brokers take for "again".
func Handler(handle func(context.Context, Event) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBytes)
		e, err := cehttp.NewEventFromHTTPRequest(r)
		if err == nil {
			err = e.Validate()
		}
		if err != nil {
			slog.WarnContext(r.Context(), "request is not an event", "error", err)
			http.Error(w, fmt.Sprintf("not a CloudEvent: %v", err), http.StatusBadRequest)
			return
		}
		answer(w, r, e, handle(r.Context(), *e))
	})
}

func answer(w http.ResponseWriter, r *http.Request, e *Event, err error) {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	status := http.StatusServiceUnavailable
	if Refused(err) {
		status = http.StatusUnprocessableEntity
	} else {
		w.Header().Set("Retry-After", "5")
	}
	slog.ErrorContext(r.Context(), "event failed", "type", e.Type(), "id", e.ID(), "status", status, "error", err)
	http.Error(w, err.Error(), status)
}

// refusal is an error that trying again cannot mend.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

// Refuse marks an error that trying again cannot mend.
func Refuse(err error) error { return refusal{err} }

// Decode reads the event's data and validates it. Its errors are refusals.
func Decode[T Data](e Event) (T, error) {
	var data T
	if e.Type() != data.Type() {
		return data, Refuse(fmt.Errorf("event of type %q came where %q belongs: correct the Trigger's filter", e.Type(), data.Type()))
	}
	if err := json.Unmarshal(e.Data(), &data); err != nil {
		return data, Refuse(fmt.Errorf("data of event %s: %w", e.ID(), err))
	}
	if err := data.Validate(); err != nil {
		return data, Refuse(fmt.Errorf("data of event %s: %w", e.ID(), err))
	}
	return data, nil
}

// Refused tells whether the error is one that trying again cannot mend.
func Refused(err error) bool { return errors.As(err, new(refusal)) }
