package rules

import "golang.org/x/sys/unix"

// populate has the system back b with memory in one go, and with a huge page where it has
// one: there is one to clear and to note down instead of 512. Left to the first write of
// each page, it takes longer; where b does not begin with a page, or the system can do
// neither, it is left to that. Only for when nobody is answered: requests would wait, too,
// for huge pages that are not at hand.
func populate(b []byte) {
	_ = unix.Madvise(b, unix.MADV_HUGEPAGE)
	_ = unix.Madvise(b, unix.MADV_POPULATE_WRITE)
	_ = unix.Madvise(b, unix.MADV_NOHUGEPAGE) // memory that is used again later comes page by page
}
