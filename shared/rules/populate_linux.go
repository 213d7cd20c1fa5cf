package rules

import "golang.org/x/sys/unix"

// populate has the system back b, which begins with a page, with memory in one go, and
// with a huge page where it has one: there is one to clear and to note down instead of
// 512. Left to the first write of each page, it takes longer. A system that can do neither
// goes on page by page. Only where nobody is answered meanwhile: requests would wait, too,
// for huge pages that are not at hand.
func populate(b []byte) {
	_ = unix.Madvise(b, unix.MADV_HUGEPAGE)
	_ = unix.Madvise(b, unix.MADV_POPULATE_WRITE)
	_ = unix.Madvise(b, unix.MADV_NOHUGEPAGE) // memory that is used again later comes page by page
}
