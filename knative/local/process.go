package main

import (
	"context"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// grace is how long a process may take to end after SIGTERM.
const grace = 3 * time.Second

// process is a program to run, with a group of its own, so that a Ctrl-C at the
// terminal reaches it only through the platform.
type process struct {
	path   string
	args   []string
	env    []string
	dir    string
	output *lineWriter
}

// run starts the program and returns when it has ended. When ctx is done it
// gets SIGTERM and, after the grace, SIGKILL.
func (p process) run(ctx context.Context) error {
	// On Linux the kernel kills the child when the thread that started it ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, p.path, p.args...)
	cmd.Env, cmd.Dir = p.env, p.dir
	cmd.Stdout, cmd.Stderr = p.output, p.output
	cmd.SysProcAttr = processAttributes()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = grace
	defer p.output.flush()
	return cmd.Run()
}
