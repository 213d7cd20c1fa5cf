package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"

	"segue.dev/shared/catalog"
	"segue.dev/shared/dataset"
	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
	"segue.dev/shared/rules"
	"segue.dev/shared/training"
)

// shape is what a request is like: how many seeds, how long a list.
type shape struct{ seeds, limit int }

// usual is the request that load is made of.
var usual = shape{seeds: 5, limit: 10}

// train makes the rule set of a dataset, as the trainer does, twice under two
// names, and a way to draw requests from its playlists.
func train(ctx context.Context, file string) (objects [2][]byte, requests func(shape) [][]byte, err error) {
	f, err := os.Open(file)
	if err != nil {
		return objects, nil, err
	}
	defer f.Close()
	data, err := dataset.Read(f, dataset.Options{})
	if err != nil {
		return objects, nil, err
	}
	config := training.Config{Dataset: "playlists", Parameters: rules.Parameters{MinSupport: 2, MaxItemsetSize: 2, MaxRules: 250}}
	content, err := config.Content(ctx, data)
	if err != nil {
		return objects, nil, err
	}
	for n, id := range []string{"first", "second"} {
		objects[n], err = rules.Encode(rules.Info{
			ID: id, Method: rules.Method, Parameters: config.Parameters, MinSupport: 2,
			Dataset: rules.Dataset{Name: config.Dataset, Digest: "sha256:unknown", Playlists: data.Playlists.Len(), Tracks: len(data.Tracks), Entries: data.Entries},
		}, content)
		if err != nil {
			return objects, nil, err
		}
	}
	return objects, func(s shape) [][]byte {
		return ask(s, data.Tracks, func(playlist int) []mining.Item { return data.Playlists.At(playlist) }, data.Playlists.Len())
	}, nil
}

// ask draws 2,000 requests from playlists, each with the names of some tracks of
// one of them.
func ask(s shape, tracks []catalog.Track, playlist func(int) []mining.Item, playlists int) (requests [][]byte) {
	random := rand.New(rand.NewPCG(6, 7))
	for tries := 0; len(requests) < 2000 && tries < 100_000; tries++ {
		items := slices.Clone(playlist(random.IntN(playlists)))
		if len(items) < s.seeds {
			continue
		}
		random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		var songs []string
		for _, i := range items[:s.seeds] {
			songs = append(songs, tracks[i].Name)
		}
		body, _ := json.Marshal(map[string]any{"songs": songs, "limit": s.limit}) // strings and a number
		requests = append(requests, post(body))
	}
	return requests
}

// synthetic makes a rule set of a million rules: 20,000 tracks by 4,000 artists,
// each track with 50 rules to others, as skewed as real ones are.
func synthetic() (object []byte, requests [][]byte, err error) {
	const tracks, artists, perTrack, playlists = 20_000, 4_000, 50, 100_000
	random := rand.New(rand.NewPCG(1, 2))
	content := &rules.Content{Rules: new(mining.Rules), ArtistRules: &mining.Rules{AntecedentOffsets: []uint32{0}, RuleOffsets: []uint32{0}}, Vectors: new(latent.Vectors), Playlists: new(mining.Transactions)}
	for i := range tracks {
		content.Tracks = append(content.Tracks, catalog.Track{
			Name: fmt.Sprintf("Track number %d", i), Artist: fmt.Sprintf("Artist %d", i%artists), URI: fmt.Sprintf("spotify:track:%022d", i),
		})
		content.Supports = append(content.Supports, uint32(200_000/(i+10)+60))
	}
	content.ArtistSupports = slices.Repeat([]uint32{playlists / 10}, artists)
	mined := content.Rules
	mined.AntecedentOffsets, mined.RuleOffsets = []uint32{0}, []uint32{0}
	for i := range mining.Item(tracks) {
		leads := map[mining.Item]bool{i: true}
		for len(leads) <= perTrack {
			leads[mining.Item(tracks*random.Float64()*random.Float64())] = true
		}
		delete(leads, i)
		mined.AntecedentItems = append(mined.AntecedentItems, i)
		mined.AntecedentOffsets = append(mined.AntecedentOffsets, i+1)
		mined.AntecedentSupports = append(mined.AntecedentSupports, content.Supports[i])
		for _, c := range slices.Sorted(maps.Keys(leads)) {
			mined.Consequents = append(mined.Consequents, c)
			mined.Supports = append(mined.Supports, 2+random.Uint32N(50))
		}
		mined.RuleOffsets = append(mined.RuleOffsets, mined.RuleOffsets[i]+perTrack)
	}
	object, err = rules.Encode(rules.Info{ID: "synthetic", Method: rules.Method, MinSupport: 2,
		Dataset: rules.Dataset{Name: "synthetic", Digest: "sha256:synthetic", Playlists: playlists, Tracks: tracks}}, content)
	requests = ask(usual, content.Tracks, func(int) (items []mining.Item) {
		for range 5 {
			items = append(items, random.Uint32N(tracks))
		}
		return items
	}, playlists)
	return object, requests, err
}
