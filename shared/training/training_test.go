package training

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"segue.dev/shared/dataset"
	"segue.dev/shared/mining"
	"segue.dev/shared/quality"
	"segue.dev/shared/rules"
)

var config = Config{Parameters: rules.Parameters{MinSupport: 2, MaxItemsetSize: 2, MaxRules: 200}}

// train reads and trains on text.
func train(t *testing.T, c Config, text string) ([]byte, rules.Info, error) {
	t.Helper()
	data, err := dataset.Read(strings.NewReader(text), c.Reading)
	if err != nil {
		t.Fatal(err)
	}
	return c.Train(context.Background(), data, "sha256:0", nil)
}

func TestTrain(t *testing.T) {
	text := "pid,track\n1,a\n1,b\n2,a\n2,b\n3,a\n3,c\n"
	object, info, err := train(t, config, text)
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Parse(object)
	if err != nil {
		t.Fatal(err)
	}
	if info != set.Info() || info.ID != config.ID("sha256:0") || info.Rules != 2 || info.Dataset.Playlists != 3 || info.MinSupport != 2 {
		t.Errorf("info is %+v, in the object %+v", info, set.Info())
	}
	again, _, err := train(t, config, text)
	if err != nil || !bytes.Equal(object, again) {
		t.Errorf("a second training gave other bytes, %v", err)
	}
}

func TestNoRules(t *testing.T) {
	_, _, err := train(t, config, "pid,track\n1,a\n2,b\n")
	if !errors.Is(err, ErrNoRules) || !strings.Contains(err.Error(), "among 2 playlists: no two tracks share 2") {
		t.Errorf("error is %v", err)
	}
}

// TestIdentity changes everything that training depends on.
func TestIdentity(t *testing.T) {
	ids := map[string]string{}
	add := func(what, id string) {
		if other, taken := ids[id]; taken {
			t.Errorf("%s and %s have one identity", what, other)
		}
		ids[id] = what
	}
	add("the first", config.ID("sha256:0"))
	add("another digest", config.ID("sha256:1"))
	for what, change := range map[string]func(*Config){
		"name":       func(c *Config) { c.Dataset = "other" },
		"format":     func(c *Config) { c.Reading.Format = dataset.CSV },
		"column":     func(c *Config) { c.Reading.Columns.Track = "name" },
		"support":    func(c *Config) { c.Parameters.MinSupport = 3 },
		"confidence": func(c *Config) { c.Parameters.MinConfidence = 0.1 },
		"size":       func(c *Config) { c.Parameters.MaxItemsetSize = 3 },
		"rules":      func(c *Config) { c.Parameters.MaxRules = 100 },
	} {
		other := config
		change(&other)
		add(what, other.ID("sha256:0"))
	}
	if same := config; same.ID("sha256:0") != config.ID("sha256:0") || len(config.ID("")) != 32 {
		t.Error("an identity is not stable")
	}
}

// TestDefaultsFindRules: the classic 0.05/0.3 finds nothing where no track is
// in 5 % of the playlists; the defaults must.
func TestDefaultsFindRules(t *testing.T) {
	var text strings.Builder
	text.WriteString("pid,track\n")
	for pid := range 400 {
		for k := range 10 {
			fmt.Fprintf(&text, "%d,song %d\n", pid, (pid/4*10+k*7)%1500)
		}
	}
	classic := config
	classic.Parameters.MinSupport, classic.Parameters.MinConfidence = 0.05, 0.3
	if _, _, err := train(t, classic, text.String()); !errors.Is(err, ErrNoRules) {
		t.Errorf("0.05/0.3: error is %v", err)
	}
	if _, info, err := train(t, config, text.String()); err != nil || info.Rules < 1000 {
		t.Errorf("the defaults found %d rules, %v", info.Rules, err)
	}
}

// TestSample: a dataset is measured whole, or else by as many playlists from
// all its parts, always the same.
func TestSample(t *testing.T) {
	const parts, n = 10, mostMeasured + mostMeasured/2
	playlists := func(n int) *dataset.Dataset {
		data := new(dataset.Dataset)
		for p := range n {
			data.Playlists.Append(uint32(p * parts / n)) // the number of its part
		}
		data.Tracks = make([]dataset.Track, parts)
		return data
	}
	if all := playlists(mostMeasured); sample(all) != all {
		t.Error("a dataset that is small enough is not measured whole")
	}
	once, again := sample(playlists(n)), sample(playlists(n))
	if once.Playlists.Len() != mostMeasured || !slices.Equal(once.Playlists.Items, again.Playlists.Items) {
		t.Errorf("%d playlists, or other ones the second time", once.Playlists.Len())
	}
	for part, size := range once.Playlists.Supports() {
		if size < mostMeasured/parts*9/10 || size > mostMeasured/parts*11/10 {
			t.Errorf("%d playlists are from the %d. largest part", size, part+1)
		}
	}
}

// tastes gives playlists of 12 tracks, most of them of one of 20 tastes.
func tastes(playlists int) string {
	random := rand.New(rand.NewPCG(5, 6))
	var text strings.Builder
	text.WriteString("pid,track,artist\n")
	for pid := range playlists {
		for range 12 {
			taste, track := pid%20, int(25*random.Float64()*random.Float64())
			if random.IntN(4) == 0 {
				taste = random.IntN(20)
			}
			fmt.Fprintf(&text, "%d,song %d of %d,artist %d of %d\n", pid, track, taste, track/4, taste)
		}
	}
	return text.String()
}

// TestOrderIsLearned also holds that the number of cores does not show.
func TestOrderIsLearned(t *testing.T) {
	text := tastes(1200)
	object, info, err := train(t, config, text)
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Parse(object)
	if err != nil {
		t.Fatal(err)
	}
	q := rules.Request{Seeds: []mining.Item{0}, Limit: 400}
	candidates, _, _ := set.Candidates(q)
	q.Limit = len(candidates)
	answer := set.Recommend(q)
	var sum float32
	for _, r := range answer.Recommendations {
		sum += r.Score
	}
	if sum < 0.99 || sum > 1.01 {
		t.Errorf("scores add up to %v: no order was learned", sum)
	}
	if info.Quality == nil || info.Quality.Playlists < fewestHeld || info.Quality.NDCG < 0.5 {
		t.Errorf("quality is %+v", info.Quality)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if again, _, err := train(t, config, text); err != nil || !bytes.Equal(object, again) {
		t.Errorf("one core gave other bytes, %v", err)
	}
}

// TestOrderIsLearnedFromShortLists has candidates of both kinds of lists.
func TestOrderIsLearnedFromShortLists(t *testing.T) {
	data, err := dataset.Read(strings.NewReader(tastes(300)), config.Reading)
	if err != nil {
		t.Fatal(err)
	}
	split := quality.Hold(data, 1, 50, fewestInOne)
	content, err := config.content(t.Context(), split.Train, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	set, err := parse(content, split.Train)
	if err != nil {
		t.Fatal(err)
	}
	candidates := make(map[int]int) // lists by how many there are
	for _, playlist := range split.Held {
		for _, list := range listsOf(set, split, playlist) {
			candidates[len(list.Relevant)]++
		}
	}
	const short = 25
	if candidates[short] == 0 || len(candidates) < 2 {
		t.Errorf("lists by their number of candidates are %v", candidates)
	}
}

// TestTooFewToLearnFrom leaves the order to the rules.
func TestTooFewToLearnFrom(t *testing.T) {
	data, err := dataset.Read(strings.NewReader(tastes(300)), config.Reading)
	if err != nil {
		t.Fatal(err)
	}
	if content, err := config.Content(t.Context(), data); err != nil || content.Ranking != nil {
		t.Errorf("learned %+v, %v", content.Ranking, err)
	}
}
