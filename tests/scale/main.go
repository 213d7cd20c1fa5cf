// Command scale measures what training costs, by size of the dataset: from the
// snapshot's bytes in the bucket to the published rules, through the trainer's
// own binary. It prints a row for each number of synthetic playlists:
//
//	go run ./tests/scale [-playlists 10000,100000,1000000]
//
// CPU and memory are those of the trainer's process; the store is another one
// on the same machine. The settings are the trainer's, from the environment
// (MIN_SUPPORT, MAX_RULES, GOMEMLIMIT …). With -write it only writes a dataset,
// CSV or, by the file's name, FIMI:
//
//	go run ./tests/scale -playlists 100000 -write playlists.dat
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"segue.dev/shared/training"
	"segue.dev/shared/variables"
	"segue.dev/tests/synthetic"
)

func main() {
	playlists := flag.String("playlists", "10000,100000", "numbers of playlists")
	write := flag.String("write", "", "file to write playlists to: .csv or .dat")
	folder := flag.String("folder", os.TempDir(), "where datasets and rules are put for a while: 7 GB for a million playlists")
	seed := flag.Uint64("seed", 1, "seed of the playlists")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *playlists, *write, *folder, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, list, write, folder string, seed uint64) error {
	var sizes []int
	for field := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 {
			return fmt.Errorf("-playlists %q: give numbers with commas between them", list)
		}
		sizes = append(sizes, n)
	}
	if write != "" {
		if len(sizes) != 1 {
			return errors.New("-write takes one number of playlists")
		}
		return writeFile(write, seed, sizes[0])
	}
	var config training.Config
	if err := cmp.Or(variables.Read(&config, os.Environ()), config.Validate()); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(folder, "segue-scale-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", dir+"/", "segue.dev/functions/trainer").CombinedOutput(); err != nil {
		return fmt.Errorf("build the trainer: %w: %s", err, out)
	}
	fmt.Println("| playlists | entries | tracks | CSV MB | rules | object MB | read s | train s | store s | wall s | CPU s | CPU µs/entry | peak MB |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, n := range sizes {
		row, err := measure(ctx, dir, config, seed, n)
		if err != nil {
			return err
		}
		fmt.Println(row)
	}
	return nil
}

func writeFile(name string, seed uint64, playlists int) error {
	format := synthetic.WriteCSV
	if filepath.Ext(name) == ".dat" {
		format = synthetic.WriteFIMI
	}
	return create(name, func(w io.Writer) error { return format(w, seed, playlists) })
}

func create(name string, write func(io.Writer) error) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 1<<20)
	return errors.Join(write(out), out.Flush(), file.Close())
}

// row is one line of the table.
func row(p *published, size int64, wall time.Duration, cpu time.Duration, peakKB int64) string {
	s, c := p.Seconds, p.Counts
	return fmt.Sprintf("| %d | %d | %d | %d | %d | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %.2f | %d |",
		c.Playlists, c.Entries, c.Tracks, size/1e6, c.Rules, p.Bytes/1e6,
		s["read"], s["mine"], s["store"], wall.Seconds(), cpu.Seconds(), cpu.Seconds()*1e6/float64(c.Entries), peakKB*1024/1e6)
}
