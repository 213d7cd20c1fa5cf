package main

import (
	"fmt"
	"io"

	"segue.dev/shared/mining"
	"segue.dev/shared/parallel"
	"segue.dev/shared/quality"
	"segue.dev/shared/ranking"
	"segue.dev/shared/rules"
)

// short is how long a list is that most clients ask for.
const short = 10

// shortLists writes how lists of ten compare with the first ten of long ones: for
// a short list, fewer rules are read and fewer candidates are looked at closely.
func shortLists(w io.Writer, split *quality.Split, set *rules.Rules, seeds []int) {
	fmt.Fprintf(w, "\n**lists of %d against the first %d of %d**\n\n", short, short, quality.ListLength)
	fmt.Fprintln(w, "| seeds | the same tracks | the same first one | NDCG@10 is higher by |")
	fmt.Fprintln(w, "|---|---|---|---|")
	for _, k := range seeds {
		common, first := make([]float64, len(split.Held)), make([]float64, len(split.Held))
		gained := make([]float64, len(split.Held))
		parallel.Each(len(split.Held), func(n int) {
			request := split.Request(set, split.Held[n][:k])
			long := head(set, request)
			request.Limit = short
			list := head(set, request)
			common[n], first[n] = inCommon(list, long)
			wanted := split.Held[n][k:]
			gained[n] = (gain(split.Origins(list), wanted) - gain(split.Origins(long), wanted)) / ranking.Ideal(min(len(wanted), short))
		})
		value := func(of []float64) func(int) float64 { return func(n int) float64 { return of[n] } }
		fmt.Fprintf(w, "| %d | %.2f | %.3f | %+.4f ± %.4f |\n", k, mean(common), mean(first), mean(gained), standardErrorOf(len(gained), value(gained)))
	}
}

// head is the beginning of an answer.
func head(set *rules.Rules, q rules.Request) (items []mining.Item) {
	recommendations := set.Recommend(q).Recommendations
	for _, r := range recommendations[:min(short, len(recommendations))] {
		items = append(items, r.Item)
	}
	return items
}

// inCommon counts the tracks that both lists have, and tells whether they begin
// with the same one.
func inCommon(a, b []mining.Item) (tracks, first float64) {
	in := make(map[mining.Item]bool)
	for _, i := range a {
		in[i] = true
	}
	for _, i := range b {
		if in[i] {
			tracks++
		}
	}
	if len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		first = 1
	}
	return tracks, first
}

func gain(list, wanted []mining.Item) (sum float64) {
	right := make(map[mining.Item]bool)
	for _, i := range wanted {
		right[i] = true
	}
	for n, i := range list {
		if right[i] {
			sum += ranking.Gain(n)
		}
	}
	return sum
}

func mean(of []float64) (m float64) {
	for _, x := range of {
		m += x / float64(len(of))
	}
	return m
}
