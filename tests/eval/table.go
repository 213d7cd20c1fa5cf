package main

import (
	"fmt"
	"io"
	"math"

	"segue.dev/shared/quality"
)

// row is a method and its figures, playlist by playlist.
type row struct {
	name    string
	figures []quality.Figures
}

func measure(methods []method, on func(quality.Recommender) []quality.Figures) []row {
	rows := make([]row, len(methods))
	for n, m := range methods {
		rows[n] = row{m.name, on(m.recommend)}
	}
	return rows
}

// table writes the means with their standard errors, and how far the last
// method's NDCG is above each, playlist by playlist.
func table(w io.Writer, title string, rows []row) {
	fmt.Fprintf(w, "\n**%s**\n\n", title)
	fmt.Fprintln(w, "| method | R-precision | NDCG | clicks | HR@10 | by rules | last row's NDCG is higher by |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|")
	last := rows[len(rows)-1].figures
	for _, r := range rows {
		mean := quality.Mean(r.figures)
		fmt.Fprintf(w, "| %s | %.4f ± %.4f | %.4f ± %.4f | %.2f | %.3f ± %.3f | %.3f | %+.4f ± %.4f |\n", r.name,
			mean.RPrecision, standardError(r.figures, func(n int) float64 { return r.figures[n].RPrecision }),
			mean.NDCG, standardError(r.figures, func(n int) float64 { return r.figures[n].NDCG }),
			mean.Clicks,
			mean.HitRate, standardError(r.figures, func(n int) float64 { return r.figures[n].HitRate }),
			mean.ByRules,
			quality.Mean(last).NDCG-mean.NDCG, standardError(last, func(n int) float64 { return last[n].NDCG - r.figures[n].NDCG }))
	}
}

// standardError is that of the mean of value(0) … value(len(figures)-1).
func standardError(figures []quality.Figures, value func(int) float64) float64 {
	return standardErrorOf(len(figures), value)
}

func standardErrorOf(values int, value func(int) float64) float64 {
	var sum, squares float64
	for n := range values {
		sum += value(n)
		squares += value(n) * value(n)
	}
	n := float64(values)
	mean := sum / n
	return math.Sqrt(max(0, squares/n-mean*mean) / n)
}
