package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// TestSwapUnderLoad changes the rules many times while clients keep asking. The
// songs of the two datasets differ, so that a mixed answer would show.
func TestSwapUnderLoad(t *testing.T) {
	storage := newStorage(t)
	storage.publish("first", playlists, 1)
	s := newSite(t, storage.bucket)
	s.awaitServed("first", 1)
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := s.checkUnmixed(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for generation := int64(2); generation < 22; generation++ {
		id, csv := "first", playlists
		if generation%2 == 0 {
			id, csv = "second", otherPlaylists
		}
		storage.publish(id, csv, generation)
		s.awaitServed(id, generation)
	}
	close(stop)
	clients.Wait()
}

// checkUnmixed asks for the songs of both datasets.
func (s *site) checkUnmixed() error {
	got, err := http.Post(s.url+"/api/recommend", "application/json", strings.NewReader(`{"songs":["Yesterday","One"],"limit":1}`))
	if err != nil {
		return err
	}
	defer got.Body.Close()
	var a received
	if err := json.NewDecoder(got.Body).Decode(&a); err != nil {
		return err
	}
	want := map[string][3]string{
		"first":  {"sha256:of-first", "Bohemian Rhapsody", `"One"`},
		"second": {"sha256:of-second", "Two", `"Yesterday"`},
	}[a.Rules.ID]
	if len(a.Songs) != 1 || len(a.Unknown) != 1 || [3]string{a.Rules.Dataset, a.Songs[0], string(a.Unknown[0])} != want {
		return fmt.Errorf("status %d, mixed answer %+v", got.StatusCode, a)
	}
	return nil
}
