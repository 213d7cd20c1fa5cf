package rules

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"segue.dev/shared/catalog"
	"segue.dev/shared/latent"
	"segue.dev/shared/mining"
)

func TestRecommend(t *testing.T) {
	r := openWithoutVectors(t, songs, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
	answer := r.Recommend(Request{Seeds: []mining.Item{0}, Exclude: []mining.Item{1}, Limit: 4})
	// Yesterday is in 5 of 6 playlists; Home (Sharpe) in 3 of these and in 3
	// of all, Home (Bublé) in 2 and 2, Angie in 1 and 1; Intro fills the list.
	// Each is the only song of its artist.
	because := func(artist string, support, of float64) []Reason {
		byTrack := Reason{Antecedent: []mining.Item{0}, Support: int(support), Confidence: support / 5, Lift: support / 5 / (of / 6)}
		byArtist := byTrack
		byArtist.Antecedent, byArtist.Artist, byArtist.ConsequentArtist = nil, "The Beatles", artist
		return []Reason{byTrack, byArtist}
	}
	score := func(support, of float64) float32 {
		strength := support / (math.Pow(15, .75) * math.Pow(of+10, .25))
		return float32(strength * (1 + artistWeight*of/(of+3)*math.Pow(of+10, -.25)))
	}
	want := Answer{
		Recommendations: []Recommendation{
			{Item: 2, Score: score(3, 3), Because: because("Edward Sharpe", 3, 3)},
			{Item: 3, Score: score(2, 2), Because: because("Michael Bublé", 2, 2)},
			{Item: 4, Score: score(1, 1), Because: because("The Rolling Stones", 1, 1)},
			{Item: 5},
		},
		ByRules: 3,
	}
	if diff := gocmp.Diff(want, answer, cmpopts.EquateApprox(1e-5, 0), cmpopts.IgnoreUnexported(Answer{}, Reason{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// TestUnknownTrackOfKnownArtist recommends from the artist alone.
func TestUnknownTrackOfKnownArtist(t *testing.T) {
	r := sample(t)
	found := r.Resolve([]Query{{Track: "Michelle", Artist: "the BEATLES"}, {Text: "Nobody - Nothing"}})
	if len(found.Items) != 0 || len(found.Artists) != 1 || len(found.Unknown) != 2 {
		t.Fatalf("found %+v", found)
	}
	answer := r.Recommend(Request{Artists: found.Artists, Limit: 1})
	own := Reason{Artist: "The Beatles", Support: 5, Confidence: 1, Lift: 6.0 / 5}
	if answer.ByRules != 1 || answer.Recommendations[0].Item != 0 {
		t.Fatalf("answer is %+v", answer)
	}
	if diff := gocmp.Diff(own, answer.Recommendations[0].Because[0], cmpopts.IgnoreUnexported(Reason{})); diff != "" {
		t.Error(diff)
	}
}

// TestVectorsSharpen holds that vectors order what rules found and add nothing.
func TestVectorsSharpen(t *testing.T) {
	q := Request{Seeds: []mining.Item{5}, Limit: 10}
	with := sample(t).Recommend(q)
	without := openWithoutVectors(t, songs, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 3}).Recommend(q)
	if with.ByRules != without.ByRules || with.ByRules == 0 {
		t.Errorf("%d by rules with vectors, %d without", with.ByRules, without.ByRules)
	}
}

// TestRecommendAgreesWithTheDefinition counts everything anew from the
// playlists, for random playlists and requests.
func TestRecommendAgreesWithTheDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		playlists, items := drawPlaylists(rt, 10)
		tracks := make([]catalog.Track, items)
		for i := range tracks {
			tracks[i].Artist = rapid.SampledFrom([]string{"", "A", "B", "C"}).Draw(rt, "artist")
		}
		r := openWithoutVectors(t, tracks, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 3})
		item := rapid.Custom(func(rt *rapid.T) mining.Item { return mining.Item(rapid.IntRange(0, items-1).Draw(rt, "item")) })
		q := Request{
			Seeds:   rapid.SliceOfN(item, 1, 5).Draw(rt, "seeds"),
			Exclude: rapid.SliceOfN(item, 0, 3).Draw(rt, "exclude"),
			Limit:   rapid.IntRange(1, 15).Draw(rt, "limit"),
		}
		answer := r.Recommend(q)
		again := r.Recommend(Request{Seeds: q.Seeds[:1], Limit: rapid.IntRange(0, 15).Draw(rt, "limit before")})
		r.RecommendInto(&again, q)
		if diff := gocmp.Diff(answer, again, cmpopts.IgnoreUnexported(Answer{}, Reason{}), cmpopts.EquateEmpty()); diff != "" {
			rt.Fatalf("the same request gave another answer: %s", diff)
		}
		checkAnswer(rt, answer, q, playlists, tracks)
	})
}

// drawPlaylists draws playlists of at most so many items, numbered by support.
func drawPlaylists(rt *rapid.T, most int) ([][]mining.Item, int) {
	items := rapid.IntRange(2, most).Draw(rt, "items")
	drawn := rapid.SliceOfN(rapid.SliceOfNDistinct(rapid.IntRange(0, items-1), 1, items, rapid.ID[int]), 1, 20).Draw(rt, "playlists")
	supports := make([]int, items)
	for _, p := range drawn {
		for _, i := range p {
			supports[i]++
		}
	}
	order := make([]int, items) // rank -> drawn number
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(supports[b], supports[a]) })
	for items > 1 && supports[order[items-1]] == 0 {
		items--
	}
	playlists := make([][]mining.Item, len(drawn))
	for n, p := range drawn {
		for _, i := range p {
			playlists[n] = append(playlists[n], mining.Item(slices.Index(order, i)))
		}
	}
	return playlists, items
}

func checkAnswer(rt *rapid.T, answer Answer, q Request, playlists [][]mining.Item, tracks []catalog.Track) {
	banned := append(slices.Clone(q.Seeds), q.Exclude...)
	items := len(tracks)
	score := definition(q.Seeds, playlists, tracks)
	var want []mining.Item
	for i := range mining.Item(items) {
		if !slices.Contains(banned, i) {
			want = append(want, i)
		}
	}
	// Equal scores of the definition may differ in their last bits here.
	for n, rec := range answer.Recommendations {
		if slices.Contains(banned, rec.Item) {
			rt.Fatalf("seed or excluded track %d came back", rec.Item)
		}
		if math.Abs(float64(rec.Score)-score[rec.Item]) > 1e-5 {
			rt.Fatalf("score of %d is %v, want %v", rec.Item, rec.Score, score[rec.Item])
		}
		if n > 0 && rec.Score > answer.Recommendations[n-1].Score {
			rt.Fatalf("not best first: %+v", answer)
		}
		if (len(rec.Because) > 0) != (n < answer.ByRules) || len(rec.Because) > maxReasons {
			rt.Fatalf("recommendation %d of %d by rules has %d reasons", n, answer.ByRules, len(rec.Because))
		}
	}
	if len(answer.Recommendations) != min(q.Limit, len(want)) {
		rt.Fatalf("%d recommendations where %d of %d tracks are asked for", len(answer.Recommendations), q.Limit, len(want))
	}
	for _, i := range want {
		kept := slices.ContainsFunc(answer.Recommendations, func(r Recommendation) bool { return r.Item == i })
		worst := answer.Recommendations[len(answer.Recommendations)-1]
		if !kept && score[i] > float64(worst.Score)+1e-5 {
			rt.Fatalf("%d scores %v and is missing; the worst kept is %+v", i, score[i], worst)
		}
	}
}

// definition scores by counting: all rules with one or two seeds that share a
// playlist with the candidate, and all rules of the seeds' artists.
func definition(seeds []mining.Item, playlists [][]mining.Item, tracks []catalog.Track) []float64 {
	seeds = slices.Compact(slices.Sorted(slices.Values(seeds)))
	support := func(set ...mining.Item) float64 {
		return count(playlists, func(p []mining.Item) bool {
			return !slices.ContainsFunc(set, func(i mining.Item) bool { return !slices.Contains(p, i) })
		})
	}
	supportOf := func(artists ...string) float64 {
		return count(playlists, func(p []mining.Item) bool {
			return !slices.ContainsFunc(artists, func(a string) bool {
				return !slices.ContainsFunc(p, func(i mining.Item) bool { return tracks[i].Artist == a })
			})
		})
	}
	strength := func(whole, antecedent, consequent float64) float64 {
		return whole / (math.Pow(antecedent+10, .75) * math.Pow(consequent+10, .25))
	}
	score := make([]float64, len(tracks))
	for c := range mining.Item(len(tracks)) {
		artist, n := tracks[c].Artist, support(c)
		for k, a := range seeds {
			if a != c {
				score[c] += strength(support(a, c), support(a), n)
			}
			for _, b := range seeds[k+1:] {
				if a != c && b != c {
					score[c] += strength(support(a, b, c), support(a, b), n)
				}
			}
			switch from := tracks[a].Artist; {
			case from == "" || artist == "":
			case from == artist:
				score[c] += ownWeight * math.Sqrt(n/(supportOf(artist)+10))
			default:
				share := artistWeight / math.Sqrt(float64(len(seeds))) * n / (supportOf(artist) + 3) * math.Pow(n+10, -.25)
				score[c] += strength(supportOf(from, artist), supportOf(from), supportOf(artist)) * share
			}
		}
	}
	return score
}

func count(playlists [][]mining.Item, holds func([]mining.Item) bool) (n float64) {
	for _, p := range playlists {
		if holds(p) {
			n++
		}
	}
	return n
}

// openWithoutVectors gives a rule set that scores by rules alone.
func openWithoutVectors(t testing.TB, tracks []catalog.Track, playlists [][]mining.Item, opt mining.RuleOptions) *Rules {
	t.Helper()
	r := open(t, tracks, playlists, opt)
	r.vectors = latent.Vectors{}
	return r
}

func BenchmarkRecommend(b *testing.B) {
	const items = 2000
	var playlists [][]mining.Item
	for n := range 4000 {
		var p []mining.Item
		for k := range 30 {
			p = append(p, mining.Item((n*(k+1)*7919+k*k)%items)%mining.Item(1+(n+k)%items))
		}
		playlists = append(playlists, p)
	}
	r := openUnordered(b, items, playlists)
	b.ReportAllocs()
	for b.Loop() {
		r.Recommend(Request{Seeds: []mining.Item{1, 20, 300, 400, 500}, Limit: 10})
	}
}

// TestShortListsReadTheFirstRules asks with a track to whose versions all of its first
// rules lead: they give nothing, so the lists are read whole.
func TestShortListsReadTheFirstRules(t *testing.T) {
	const others = 10
	tracks := make([]catalog.Track, 1+shortRules+others)
	for i := range tracks {
		tracks[i] = catalog.Track{Name: "song", URI: fmt.Sprint(i)}
		if i > shortRules {
			tracks[i].Name = fmt.Sprint("song ", i)
		}
	}
	var playlists [][]mining.Item
	for last := range mining.Item(len(tracks)) { // the lower the item, the more hold it
		var p []mining.Item
		for i := range last + 1 {
			p = append(p, i)
		}
		playlists = append(playlists, p)
	}
	r := open(t, tracks, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
	request := Request{Seeds: []mining.Item{0}, Limit: others}
	var answer Answer
	if all := r.recommend(&answer, request, r.depth(request)); answer.ByRules != 0 || all {
		t.Errorf("the first rules alone lead to %d tracks, and that is said to be all: %v", answer.ByRules, all)
	}
	wantEverything(t, r, request)
}

// TestShortListsFollowFewArtists asks with a track by nobody known and its artist, who
// leads to more artists than are followed for a short list, each with one track.
func TestShortListsFollowFewArtists(t *testing.T) {
	const artists = shortArtists + 2
	tracks := []catalog.Track{{Name: "given", Artist: "given"}}
	all := []mining.Item{0}
	for i := range mining.Item(artists) {
		tracks = append(tracks, catalog.Track{Name: fmt.Sprint("song ", i), Artist: fmt.Sprint("artist ", i)})
		all = append(all, 1+i)
	}
	r := open(t, tracks, [][]mining.Item{all, all, all}, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
	artist, known := r.FindArtist("given")
	if !known {
		t.Fatal("the artist is not known")
	}
	request := Request{Artists: []Artist{artist}, Exclude: []mining.Item{0}, Limit: artists}
	var answer Answer
	if all := r.recommend(&answer, request, r.depth(request)); answer.ByRules != shortArtists-1 || all { // it leads to itself, too
		t.Errorf("%d artists lead to %d tracks, and that is said to be all: %v", shortArtists, answer.ByRules, all)
	}
	wantEverything(t, r, request)
}

// wantEverything holds that the answer is full of rules, and the one that comes out of
// all there is.
func wantEverything(t *testing.T, r *Rules, q Request) {
	t.Helper()
	var want Answer
	r.recommend(&want, q, everything(1000))
	answer := r.Recommend(q)
	if diff := gocmp.Diff(want, answer, gocmp.AllowUnexported(Reason{}), cmpopts.IgnoreUnexported(Answer{})); diff != "" || answer.ByRules != q.Limit {
		t.Errorf("%d of %d have rules; %s", answer.ByRules, q.Limit, diff)
	}
}

// TestShortListsAreNotShorter compares with lists for which all is looked at: as many
// recommendations have rules behind them.
func TestShortListsAreNotShorter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		playlists, items := drawPlaylists(rt, 60)
		tracks := make([]catalog.Track, items)
		for i := range tracks { // some are versions of one song
			tracks[i] = catalog.Track{
				Artist: fmt.Sprint(rapid.IntRange(0, 30).Draw(rt, "artist")),
				Name:   fmt.Sprint(rapid.IntRange(0, 5).Draw(rt, "name")), URI: fmt.Sprint(i),
			}
		}
		r := open(t, tracks, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
		item := rapid.Map(rapid.IntRange(0, items-1), func(i int) mining.Item { return mining.Item(i) })
		q := Request{
			Seeds: rapid.SliceOfN(item, 0, 2).Draw(rt, "seeds"), Exclude: rapid.SliceOfN(item, 0, 5).Draw(rt, "exclude"),
			Artists: []Artist{Artist(r.tracks[item.Draw(rt, "track")].artist)}, Limit: min(rapid.IntRange(1, short).Draw(rt, "limit"), items),
		}
		var all Answer
		r.recommend(&all, q, everything(1000))
		if answer := r.Recommend(q); answer.ByRules != all.ByRules {
			rt.Fatalf("%d of %d recommendations have rules, of everything %d", answer.ByRules, q.Limit, all.ByRules)
		}
	})
}

// TestDepth has lists for which the first rules suffice, and others.
func TestDepth(t *testing.T) {
	r := sample(t)
	few := func(candidates, likely int) depth {
		return depth{candidates, likely, shortRules, champions, shortArtists}
	}
	for _, c := range []struct {
		limit, excluded int
		want            depth
	}{
		{1, 0, few(25, 60)}, {10, 0, few(25, 60)}, {short, 0, few(50, 120)}, {10, short - 10, few(25, 60)},
		{short + 1, 0, everything(84)}, {10, short - 9, everything(40)}, {500, 0, everything(1000)}, {2000, 0, everything(2000)},
	} {
		if got := r.depth(Request{Limit: c.limit, Exclude: make([]mining.Item, c.excluded)}); got != c.want {
			t.Errorf("for %d without %d: %+v, want %+v", c.limit, c.excluded, got, c.want)
		}
	}
}

func TestNoChampionsAreRefused(t *testing.T) {
	object := encode(t, songs, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 2})
	at := int(binary.LittleEndian.Uint64(object[headerSize+(sectionChampions-1)*entrySize+8:]))
	if _, err := Parse(flip(object, at, champions)); err == nil {
		t.Error("an object of which 0 rules come first was accepted")
	}
	if _, err := Parse(flip(object, headerSize+(sectionChampions-1)*entrySize, 128)); err == nil {
		t.Error("an object that does not say how many rules come first was accepted")
	}
}

// openUnordered renumbers the items by support first.
func openUnordered(b *testing.B, items int, playlists [][]mining.Item) *Rules {
	supports := make([]int, items)
	for n, p := range playlists {
		slices.Sort(p)
		playlists[n] = slices.Compact(p)
		for _, i := range playlists[n] {
			supports[i]++
		}
	}
	order := make([]mining.Item, items)
	for i := range order {
		order[i] = mining.Item(i)
	}
	slices.SortStableFunc(order, func(a, b mining.Item) int { return cmp.Compare(supports[b], supports[a]) })
	rank := make([]mining.Item, items)
	for n, i := range order {
		rank[i] = mining.Item(n)
	}
	for _, p := range playlists {
		for n := range p {
			p[n] = rank[p[n]]
		}
	}
	for supports[order[items-1]] == 0 {
		items--
		order = order[:items]
	}
	return open(b, make([]catalog.Track, items), playlists, mining.RuleOptions{MinSupport: 2, MaxSize: 2, MaxRules: 200})
}
