package main

import (
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"segue.dev/shared/rules"
)

// BenchmarkRequest is all of a request but the network: five songs, ten
// recommendations.
func BenchmarkRequest(b *testing.B) {
	reloader := newReloader(nil, soon)
	reloader.serving.Store(benchModel(b))
	counts := newCounts(reloader)
	handler := newAPI(reloader, counts, 100).handler()
	const body = `{"songs":["Yesterday","Bohemian Rhapsody","Halo","uri:rock","Hey Jude"]}`
	var c fasthttp.RequestCtx
	b.ReportAllocs()
	for b.Loop() {
		c.Request.Reset()
		c.Response.Reset()
		c.Request.Header.SetMethod(fasthttp.MethodPost)
		c.Request.SetRequestURI("/api/recommend")
		c.Request.SetBodyStream(strings.NewReader(body), len(body))
		handler(&c)
	}
}

// BenchmarkAnswer is the part of it that is not HTTP and JSON.
func BenchmarkAnswer(b *testing.B) {
	m := benchModel(b)
	q := &request{limit: 10}
	for _, text := range []string{"Yesterday", "Bohemian Rhapsody", "Halo", "uri:rock", "Hey Jude"} {
		q.songs.add(rules.Query{Text: text}, "")
	}
	b.ReportAllocs()
	for b.Loop() {
		m.answer(q).release()
	}
}

func benchModel(b *testing.B) *model {
	set, err := rules.Parse(encodeRules(b, "bench", playlists))
	if err != nil {
		b.Fatal(err)
	}
	return newModel(set, new(rules.Current), "")
}
