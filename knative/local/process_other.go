//go:build !linux

package main

import "syscall"

// processAttributes cannot tie the process's life to the platform's here: if
// the platform is killed with SIGKILL, its processes go on.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
