package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// welcome returns what a person needs to know when the first rules are served.
func (p *platform) welcome(ctx context.Context) string {
	base := "http://" + p.public.location
	songs, err := popularSongs(ctx, base)
	if err != nil || len(songs) == 0 {
		songs = []string{"Yesterday"}
	}
	return fmt.Sprintf(`
  Segue recommends songs at %s

  Try it     curl -s %s/api/recommend -H 'Content-Type: application/json' -d %s
  Change it  edit %s: it is looked at %s
  Stop it    Ctrl-C
`, base, base, shellQuoted(songsRequest(songs)), p.datasetPlace(), p.when())
}

// when says when the next tick comes.
func (p *platform) when() string {
	if p.settings.Tick > 0 {
		return "every " + p.settings.Tick.String()
	}
	var next time.Time
	for _, source := range p.pings {
		if t := source.schedule.Next(time.Now()); next.IsZero() || t.Before(next) {
			next = t
		}
	}
	return "next at " + next.Local().Format("15:04:05")
}

// datasetPlace returns where a person finds the dataset, relative to the
// repository if it lies there.
func (p *platform) datasetPlace() string {
	value := p.manifests.variable("DATASET_URL")
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "file" {
		return withoutPassword(value)
	}
	path := filepath.FromSlash(u.Path)
	for _, f := range p.functions { // file:playlists.csv lies with the function's image
		shipped := filepath.Join(f.koData, filepath.FromSlash(u.Opaque))
		if _, err := os.Stat(shipped); u.Opaque != "" && err == nil {
			path = shipped
		}
	}
	if below, err := filepath.Rel(p.settings.root, path); err == nil && filepath.IsLocal(below) {
		return below
	}
	return path
}

// songsRequest is the body of a request for songs that go with these.
func songsRequest(songs []string) string {
	var body strings.Builder
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(map[string][]string{"songs": songs}) // strings into memory: it cannot fail
	return strings.TrimSpace(body.String())
}

func shellQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// popularSongs asks for songs that go with one that nobody knows: the answer is
// the popular ones.
func popularSongs(ctx context.Context, base string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	body := []byte(`{"songs": ["a song that nobody has"], "limit": 2}`)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/api/recommend", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var answer struct {
		Songs []string `json:"songs"`
	}
	err = json.NewDecoder(response.Body).Decode(&answer)
	return answer.Songs, err
}
