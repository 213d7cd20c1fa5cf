// Eval measures the quality of recommendations on a dataset of one's own: it
// holds out some playlists, trains on the others as the trainer does, and asks
// for the held-out tracks through the code that serves.
//
//	go run ./tests/eval -dataset playlists.csv -out quality.md
//
// It compares what Segue publishes with the classical methods and with itself
// less one part, on the same playlists.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"segue.dev/shared/dataset"
	"segue.dev/shared/quality"
	"segue.dev/shared/training"
	"segue.dev/shared/variables"
)

// settings is what the command line says.
type settings struct {
	dataset, out string
	playlists    int
	seed         uint64
	seeds        []int
	leaveOneOut  bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, parseFlags()); err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1)
	}
}

func parseFlags() (s settings) {
	flag.StringVar(&s.dataset, "dataset", "", "file of playlists, as DATASET_URL takes it")
	flag.StringVar(&s.out, "out", "", "file to write the tables to, beside standard output")
	flag.IntVar(&s.playlists, "playlists", 1000, "playlists to hold out")
	flag.Uint64Var(&s.seed, "seed", 1, "of the random choice of playlists")
	flag.BoolVar(&s.leaveOneOut, "leave-one-out", false, "hold out the last item of each playlist only")
	seeds := flag.String("seeds", "1,5,10,25", "how many first tracks are given, one table each")
	flag.Parse()
	for _, field := range strings.Split(*seeds, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 {
			fmt.Fprintf(os.Stderr, "eval: -seeds is %q: give numbers from 1 on, such as 1,5,10\n", *seeds)
			os.Exit(2)
		}
		s.seeds = append(s.seeds, n)
	}
	return s
}

func run(ctx context.Context, s settings) error {
	var config training.Config
	if err := cmp.Or(variables.Read(&config, os.Environ()), config.Validate()); err != nil {
		return err
	}
	split, err := hold(s, config)
	if err != nil {
		return err
	}
	methods, whole, err := allMethods(ctx, split, config)
	if err != nil {
		return err
	}
	var report strings.Builder
	fmt.Fprintf(&report, "%d playlists held out (seed %d), %d to train on.\n", len(split.Held), s.seed, split.Train.Playlists.Len())
	if s.leaveOneOut {
		table(&report, "the last item held out", measure(methods, split.LeaveOneOut))
	} else {
		for _, k := range s.seeds {
			table(&report, fmt.Sprintf("the first %d tracks given", k),
				measure(methods, func(r quality.Recommender) []quality.Figures { return split.Measure(r, k) }))
		}
		shortLists(&report, split, whole, s.seeds)
	}
	_, err = io.WriteString(os.Stdout, report.String())
	if s.out != "" {
		err = errors.Join(err, os.WriteFile(s.out, []byte(report.String()), 0o644))
	}
	return err
}

// hold reads the dataset and splits it.
func hold(s settings, config training.Config) (*quality.Split, error) {
	f, err := os.Open(s.dataset)
	if err != nil {
		return nil, fmt.Errorf("%w: name a dataset with -dataset", err)
	}
	defer f.Close()
	data, err := dataset.Read(f, config.Reading)
	if err != nil {
		return nil, err
	}
	atLeast := 2
	for _, k := range s.seeds {
		if !s.leaveOneOut {
			atLeast = max(atLeast, k+1)
		}
	}
	split := quality.Hold(data, s.seed, s.playlists, atLeast)
	if len(split.Held) == 0 {
		return nil, fmt.Errorf("no playlist has %d tracks: give fewer -seeds", atLeast)
	}
	return split, nil
}
