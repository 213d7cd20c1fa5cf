package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	gometrics "runtime/metrics"
	"strconv"
	"strings"
	"time"
)

const (
	// garbage is how much of it may lie beside the rules until it is collected.
	// Rules are so large and so free of pointers that Go's own measure, as much
	// again as lives, would double the memory for nothing.
	garbage = 16 << 20
	// reserve is what the process needs beside its heap and the rules: its
	// program, stacks and connections.
	reserve = 32 << 20
)

// memory knows how much of it the process may have.
type memory struct {
	limit int64 // bytes; MaxInt64 if there is none
}

// readMemoryLimit finds the limit: the lower of GOMEMLIMIT and what the
// container may have, of which the Go runtime then is told.
func readMemoryLimit() memory {
	limit := debug.SetMemoryLimit(-1)
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if most, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && most < limit {
			limit = most
			debug.SetMemoryLimit(limit - reserve/2)
		}
	}
	return memory{limit}
}

// fits tells whether an object of that size can be loaded beside what is there.
func (m memory) fits(size int64) error {
	if m.limit == math.MaxInt64 || inUse()+size+reserve <= m.limit {
		return nil
	}
	runtime.GC() // rules that were replaced may still lie there
	if used := inUse(); used+size+reserve > m.limit {
		return fmt.Errorf("%d MB would not fit beside the %d MB in use: the limit is %d MB, of which %d MB are kept free: give the recommender more memory or lower MAX_RULES",
			size>>20, used>>20, m.limit>>20, reserve>>20)
	}
	return nil
}

// firstAnswers is how long the garbage collection, which comes as soon as it may,
// lets requests that waited for the first rules go first.
const firstAnswers = 50 * time.Millisecond

// collectNothing postpones the garbage collection until collectFor: waking up
// makes little garbage, and has no time for it.
func collectNothing() { setGCPercent(-1) }

// collectFor makes the garbage collector start in time for rules of that size.
func collectFor(size int64) { setGCPercent(int(max(5, min(100, 100*garbage/(size+1))))) }

// setGCPercent sets GOGC, unless somebody else did.
func setGCPercent(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// inUse is the memory that the Go runtime has from the system.
func inUse() int64 {
	samples := []gometrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}, {Name: "/memory/classes/heap/free:bytes"}}
	gometrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64() - samples[2].Value.Uint64())
}
