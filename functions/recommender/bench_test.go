package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"segue.dev/shared/rules"
)

// BenchmarkRequest is all of a request but the network: five songs, ten
// recommendations.
func BenchmarkRequest(b *testing.B) {
	reloader := newReloader(nil, soon)
	reloader.serving.Store(benchModel(b))
	counts := newCounts(reloader)
	handler := newAPI(reloader, counts, 100).handler()
	body := strings.NewReader(`{"songs":["Yesterday","Bohemian Rhapsody","Halo","uri:rock","Hey Jude"]}`)
	r := httptest.NewRequest(http.MethodPost, "/api/recommend", io.NopCloser(body))
	r.ContentLength = body.Size()
	w := discard{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		body.Seek(0, io.SeekStart)
		handler.ServeHTTP(w, r)
	}
}

// BenchmarkAnswer is the part of it that is not HTTP and JSON.
func BenchmarkAnswer(b *testing.B) {
	m := benchModel(b)
	q := &request{limit: 10}
	for _, text := range []string{"Yesterday", "Bohemian Rhapsody", "Halo", "uri:rock", "Hey Jude"} {
		q.songs = append(q.songs, entry{query: rules.Query{Text: text}})
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

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
