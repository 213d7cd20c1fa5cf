//go:build !amd64

package latent

import "segue.dev/shared/mining"

// products is productsPortable.
func products(sums []int32, a []int16, rows []int8, items []mining.Item) {
	productsPortable(sums, a, rows, items)
}

// add is addPortable.
func add(sum []float32, vector []int8, times float32) { addPortable(sum, vector, times) }

// round is roundPortable.
func round(values []int16, sum []float32, scale float32) { roundPortable(values, sum, scale) }
