package main

import (
	"fmt"
	"slices"
)

func scaled(f []float64, by float64) (s []float64) {
	for _, v := range f {
		s = append(s, v*by)
	}
	return s
}

func median(f []float64) float64 { return quantile(f, 0.5) }

// spread is the quartiles.
func spread(f []float64, format string) string {
	return fmt.Sprintf(format+"–"+format, quantile(f, 0.25), quantile(f, 0.75))
}

func quantile(f []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(f))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
