//go:build !amd64

package latent

import "segue.dev/shared/mining"

// products is productsPortable.
func products(sums []int32, a []int16, rows []int8, items []mining.Item) {
	productsPortable(sums, a, rows, items)
}
