package rules

import (
	"testing"

	"golang.org/x/sys/unix"
)

// BenchmarkPopulate writes to every page of new memory that is as long as a huge page.
func BenchmarkPopulate(b *testing.B) {
	for name, prepare := range map[string]func([]byte){
		"page by page": func(b []byte) { _ = unix.Madvise(b, unix.MADV_NOHUGEPAGE) },
		"huge page":    populate,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				memory, err := unix.Mmap(-1, 0, 2*hugePage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
				if err != nil {
					b.Fatal(err)
				}
				page := aligned(memory, hugePage)
				prepare(page)
				for at := 0; at < len(page); at += unix.Getpagesize() {
					page[at] = 1
				}
				if err := unix.Munmap(memory); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
