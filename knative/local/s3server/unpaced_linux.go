package s3server

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// unpaced has the connections that a listener accepts send as fast as they can: they
// inherit its congestion control. BBR, where the system has chosen it, paces them
// even over loopback, which slows large objects down. Reno is in every Linux, and a
// system that refuses it still serves.
func unpaced(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) {
		_ = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, "reno")
	})
}
