package latent

import (
	"golang.org/x/sys/cpu"

	"segue.dev/shared/mining"
)

// products is productsPortable.
func products(sums []int32, a []int16, rows []int8, items []mining.Item) {
	if cpu.X86.HasAVX2 && len(a) > 0 && len(a)%32 == 0 && len(items) > 0 {
		productsAVX2(sums, a, rows, items)
		return
	}
	productsPortable(sums, a, rows, items)
}

// add is addPortable.
func add(sum []float32, vector []int8, times float32) {
	if cpu.X86.HasAVX2 && len(vector) > 0 && len(vector)%8 == 0 && len(sum) == len(vector) {
		addAVX2(sum, vector, times)
		return
	}
	addPortable(sum, vector, times)
}

// round is roundPortable.
func round(values []int16, sum []float32, scale float32) {
	if cpu.X86.HasAVX2 && len(sum) > 0 && len(sum)%8 == 0 && len(values) == len(sum) {
		roundAVX2(values, sum, scale)
		return
	}
	roundPortable(values, sum, scale)
}

// addAVX2 takes eight numbers at a step. The sum is as long as the vector, a multiple of
// eight and not 0.
//
//go:noescape
func addAVX2(sum []float32, vector []int8, times float32)

// roundAVX2 takes eight numbers at a step. There are as many values as numbers in the sum,
// a multiple of eight and not 0, each of which is at most MaxInt16 times the scale.
//
//go:noescape
func roundAVX2(values []int16, sum []float32, scale float32)

// productsAVX2 multiplies 32 numbers at a step and fetches rows ahead: it takes a
// twentieth of the time. The length of a is a multiple of 32; neither it nor that
// of items is 0; all items have a row.
//
//go:noescape
func productsAVX2(sums []int32, a []int16, rows []int8, items []mining.Item)
