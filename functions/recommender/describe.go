package main

import (
	"time"

	"github.com/valyala/fasthttp"

	"segue.dev/shared/rules"
)

// description is what is being served, and how the last look for newer rules
// went.
type description struct {
	rules.Info
	ModelDate  string    `json:"model_date"`
	Generation int64     `json:"generation"`
	Bytes      int64     `json:"bytes"` // of the rule set
	ETag       string    `json:"etag"`  // of the pointer
	LoadedAt   time.Time `json:"loaded_at"`
	Reload     reload    `json:"reload"`
}

// reload is how the last look for newer rules went, for a client.
type reload struct {
	CheckedAt time.Time `json:"checked_at"`
	Outcome   outcome   `json:"outcome"`
	Problem   string    `json:"problem,omitempty"` // why newer rules are not served
}

// describeRules is GET /api/rules.
func (a *api) describeRules(*fasthttp.RequestCtx) (any, error) {
	model, err := a.rules.model()
	if err != nil {
		return nil, err
	}
	last := a.rules.lastCheck()
	d := description{
		Info:       model.rules.Info(),
		ModelDate:  model.date,
		Generation: model.current.Generation,
		Bytes:      model.current.Bytes,
		ETag:       model.etag,
		LoadedAt:   model.loadedAt,
		Reload:     reload{CheckedAt: last.at, Outcome: last.outcome},
	}
	if last.err != nil {
		d.Reload.Problem = last.err.Error()
	}
	return d, nil
}
