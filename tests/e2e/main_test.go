//go:build e2e || gitops

package e2e

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// segue is what most tests look at: they share it, and run in the order of
// their files' names.
var segue *deployment

// deployed is when segue was applied.
var deployed time.Time

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	if err := connect(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var err error
	segue, err = begin(ctx)
	if segue != nil && os.Getenv("KEEP") == "" {
		defer segue.remove()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	deployed = time.Now()
	defer results.print()
	return m.Run()
}

// table is what was measured.
type table struct {
	mu   sync.Mutex
	rows [][3]string
}

var results table

// measured adds a row to the table that is printed at the end.
func measured(t *testing.T, what, format string, args ...any) {
	results.mu.Lock()
	defer results.mu.Unlock()
	row := [3]string{t.Name(), what, fmt.Sprintf(format, args...)}
	t.Log(row[1], row[2])
	results.rows = append(results.rows, row)
}

func (r *table) print() {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w)
	for _, row := range r.rows {
		fmt.Fprintf(w, "%s\t%s\t%s\n", row[0], row[1], row[2])
	}
	w.Flush()
}

// seconds shows a duration.
func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
