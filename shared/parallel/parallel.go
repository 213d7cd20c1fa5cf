// Package parallel divides independent work among the cores.
package parallel

import (
	"runtime"
	"sync"
)

// Each calls f(0) … f(n-1) on all cores and returns when all have. The calls
// must not depend on each other, so that their order does not show.
func Each(n int, f func(int)) {
	var group sync.WaitGroup
	next := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}
