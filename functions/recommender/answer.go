package main

import (
	"encoding/json"
	"sync"

	"github.com/valyala/fasthttp"

	"segue.dev/shared/mining"
	"segue.dev/shared/rules"
)

// An answer is what a request for recommendations gets. Its JSON is in encode.go.
type answer struct {
	model   *model
	chosen  rules.Answer
	unknown []json.RawMessage // the requested songs that match no track, as they were sent
	version string            // of this program
}

// answers are used again with the memory of their lists: several KB each, and some
// hundreds for lists of 500.
var answers = sync.Pool{New: func() any { return new(answer) }}

// release lets other requests have the answer, which keeps nothing of the rules
// alive: they may be replaced.
func (a *answer) release() {
	a.chosen.Clear()
	*a = answer{chosen: a.chosen}
	answers.Put(a)
}

// isFallback tells whether no recommendation comes from a rule.
func (a *answer) isFallback() bool { return a.chosen.ByRules == 0 }

// recommend is POST /api/recommend.
func (a *api) recommend(c *fasthttp.RequestCtx) (any, error) {
	request, err := a.readRequest(c)
	if err != nil {
		return nil, err
	}
	defer request.release()
	model, err := a.enter()
	if err != nil {
		return nil, err
	}
	defer a.limit.leave()
	answer := model.answer(request)
	answer.version = a.version
	a.counts.answered(answer)
	return answer, nil
}

// answer answers from one rule set. The answer is to be released.
func (m *model) answer(q *request) *answer {
	a := answers.Get().(*answer)
	a.model = m
	m.rules.ResolveInto(&q.found, q.songs.queries)
	for _, n := range q.found.Unknown { // copied, for the request is released before the answer
		a.unknown = append(a.unknown, json.RawMessage(q.songs.sent[n]))
	}
	m.rules.RecommendInto(&a.chosen, rules.Request{
		Seeds: q.found.Items, Artists: q.found.Artists, Exclude: m.known(q.exclude.queries), Limit: q.limit,
	})
	return a
}

// known gives the tracks that the queries name. Of those that name none it wants
// nothing, not even their artists.
func (m *model) known(queries []rules.Query) (items []mining.Item) {
	for _, q := range queries {
		if item, ok := m.rules.Find(q); ok {
			items = append(items, item)
		}
	}
	return items
}
