package epoll

import (
	"syscall"
	"unsafe"
)

// most is how many bytes are transferred at a time: so much takes some tens of
// microseconds.
const most = 128 << 10

// transfer reads into b, or writes it, as much as is possible at once. The descriptor does
// not block, so that Go's scheduler need not be told of the call, which has its price.
func transfer(call uintptr, fd int, b []byte) (int, syscall.Errno) {
	n, _, err := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	return int(n), err
}
