package s3server

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// unpaced has connections send as fast as they can. Where the system's congestion
// control is BBR it paces them even over loopback, where there is nothing to
// congest: a large object takes twice as long. Reno is in every Linux, and a system
// that refuses it still serves.
func unpaced(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) {
		_ = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, "reno")
	})
}
