package rules

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// populate has the system back b with memory in one go, and with a large page
// where it has one: there is one to clear and to note down instead of 512. Left
// to the first write of each page, it takes longer, on some virtual machines by 20 µs
// a page. A system that can do neither goes on page by page. Only where nobody is
// answered meanwhile: requests would wait, too, for large pages that are not at hand.
func populate(b []byte) {
	page := unix.Getpagesize()
	if len(b) < 2*page {
		return
	}
	first := -int(uintptr(unsafe.Pointer(&b[0]))) & (page - 1)
	whole := b[first : first+(len(b)-first)&^(page-1)]
	_ = unix.Madvise(whole, unix.MADV_HUGEPAGE)
	_ = unix.Madvise(whole, unix.MADV_POPULATE_WRITE)
	_ = unix.Madvise(whole, unix.MADV_NOHUGEPAGE) // what lies there later
}
