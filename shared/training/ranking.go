package training

import (
	"context"
	"slices"

	"segue.dev/shared/mining"
	"segue.dev/shared/parallel"
	"segue.dev/shared/quality"
	"segue.dev/shared/ranking"
	"segue.dev/shared/rules"
)

// given are how many first tracks of a playlist the order is learned from, as
// far as they leave fewestLeft to be found.
var given = []int{1, 2, 5, 10, 25, 50}

const fewestLeft = 5

// lengths are those of the lists that are learned from: a long one, which has the most
// to tell, and what a client gets that does not say how many. For that one less is looked
// at; all candidates that it is chosen from are learned from.
var lengths = []int{quality.ListLength, 10}

// learnRanking learns from held-out playlists in which order the candidates
// that content gives for their first tracks should come. Without playlists, or
// candidates, there is nothing to learn, and the order stays that of the rules.
func learnRanking(ctx context.Context, content *rules.Content, split *quality.Split, held [][]mining.Item) (*ranking.Network, error) {
	if len(held) == 0 {
		return nil, nil
	}
	set, err := parse(content, split.Train)
	if err != nil {
		return nil, err
	}
	lists := make([][]ranking.List, len(held)) // by playlist
	parallel.Each(len(held), func(n int) { lists[n] = listsOf(set, split, held[n]) })
	all := slices.Concat(lists...)
	if len(all) == 0 {
		return nil, nil
	}
	return ranking.Learn(ctx, all, rules.Features, quality.ListLength)
}

// listsOf asks for what follows after the first tracks of a playlist, in lists of each
// of the lengths. Those on which no candidate is right teach nothing and are left out.
func listsOf(set *rules.Rules, split *quality.Split, playlist []mining.Item) (lists []ranking.List) {
	for _, k := range given {
		if len(playlist) < k+fewestLeft {
			break
		}
		wanted := make(map[mining.Item]bool)
		for _, i := range playlist[k:] {
			wanted[i] = true
		}
		q := split.Request(set, playlist[:k])
		for _, q.Limit = range lengths {
			items, candidates, request := set.Candidates(q)
			list := ranking.List{Features: candidates, Request: request, Relevant: make([]bool, len(items)), Wanted: len(wanted)}
			for n, i := range split.Origins(items) {
				list.Relevant[n] = wanted[i]
			}
			if slices.Contains(list.Relevant, true) {
				lists = append(lists, list)
			}
		}
	}
	return lists
}
