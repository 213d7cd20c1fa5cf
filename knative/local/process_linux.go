package main

import "syscall"

// processAttributes makes the kernel kill the process should the platform end
// without stopping it.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
