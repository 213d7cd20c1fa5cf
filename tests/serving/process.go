package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server that runs.
type process struct {
	address string
	cmd     *exec.Cmd
	started time.Time
}

// apart keeps this process (load, bucket, collector of traces) off the last core from now
// on. It would take some of the server's core, and the more the faster the server answers.
func apart() error {
	others := runtime.NumCPU() - 1
	taskset, err := exec.LookPath("taskset")
	if err != nil || others == 0 {
		return nil // they share what there is
	}
	runtime.GOMAXPROCS(others)
	out, err := exec.Command(taskset, "--all-tasks", "--cpu-list", "--pid", fmt.Sprint("0-", others-1), strconv.Itoa(os.Getpid())).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// launch starts a binary on a free port. Where pin is true it has one core, the last.
func launch(binary string, pin bool, env ...string) (*process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p := &process{address: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), cmd: exec.Command(binary)}
	if taskset, err := exec.LookPath("taskset"); pin && err == nil {
		p.cmd = exec.Command(taskset, "--cpu-list", strconv.Itoa(runtime.NumCPU()-1), binary)
	}
	// Nothing of this machine's own environment: it may name certificates to read.
	p.cmd.Env = append([]string{"HOST=127.0.0.1", fmt.Sprint("PORT=", port), "LOG_LEVEL=error", "HOME=" + filepath.Dir(binary)}, env...)
	if pin {
		p.cmd.Env = append(p.cmd.Env, "GOMAXPROCS=1")
	}
	p.cmd.Dir = filepath.Dir(binary)
	p.cmd.Stdout, p.cmd.Stderr = os.Stderr, os.Stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.started = time.Now()
	return p, p.cmd.Start()
}

// stop ends the process and gives its peak memory, in bytes.
func (p *process) stop() (peak int64) {
	peak = p.memory("VmHWM")
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
	return peak
}

// memory is a field of /proc/<pid>/status, in bytes; 0 where there is none.
func (p *process) memory(field string) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, field+":"); found {
			kib, _ := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// processorTime is what the process has used so far; 0 where /proc does not tell.
func (p *process) processorTime() (used time.Duration) {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	_, afterName, _ := strings.Cut(string(stat), ") ")
	if fields := strings.Fields(afterName); len(fields) > 12 {
		for _, field := range fields[11:13] { // user and system time in hundredths of a second
			ticks, _ := strconv.Atoi(field)
			used += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return used
}

// awaitAnswer asks until the answer has status 200, as a client that waits for
// the pod does, and gives the time since exec.
func (p *process) awaitAnswer(request []byte) (time.Duration, error) {
	for time.Since(p.started) < 30*time.Second {
		c, err := dial(p.address)
		if err != nil {
			time.Sleep(200 * time.Microsecond)
			continue
		}
		status, _, err := c.do(request)
		took := time.Since(p.started)
		c.Close()
		if err == nil && status == http.StatusOK {
			return took, nil
		}
		time.Sleep(200 * time.Microsecond)
	}
	return 0, fmt.Errorf("%s does not answer", p.cmd)
}

// awaitRules asks until the rules of that id are served.
func (p *process) awaitRules(id string) error {
	c, err := dial(p.address)
	if err != nil {
		return err
	}
	defer c.Close()
	for start := time.Now(); time.Since(start) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
		_, body, err := c.do([]byte("GET /api/rules HTTP/1.1\r\nHost: segue\r\n\r\n"))
		if err != nil {
			return err
		}
		if bytes.Contains(body, strconv.AppendQuote(nil, id)) {
			return nil
		}
	}
	return fmt.Errorf("%s does not serve the rules %s", p.cmd, id)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
