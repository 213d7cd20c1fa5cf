// Serving measures what a request and a wake-up cost, in ratios to a bare
// net/http server that runs in turn with it:
//
//	go run ./tests/serving -dataset playlists.csv
//
// A wake-up is the time from exec to the first right answer, with the rules in
// an S3 server on loopback. Then requests of several shapes come one after the
// other. Under load the server has one core to itself, and 32 clients on the others
// ask for ten recommendations from the names of five tracks of one real playlist, each
// on a connection that it keeps. Then rules are replaced under load, and a crowd asks at
// once. docs/serving.md tells what came out.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"segue.dev/knative/local/s3server"
)

// settings is what the command line says.
type settings struct {
	dataset            string
	cold, rounds       int
	duration           time.Duration
	recommender, hello string // binaries
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var s settings
	flag.StringVar(&s.dataset, "dataset", "functions/dataset-check/kodata/playlists.csv", "file of playlists")
	flag.IntVar(&s.cold, "cold", 20, "wake-ups of each kind")
	flag.IntVar(&s.rounds, "rounds", 7, "rounds of load of each kind")
	flag.DurationVar(&s.duration, "duration", 3*time.Second, "of a round of load")
	flag.Parse()
	if err := run(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "serving:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	folder, err := os.MkdirTemp("", "segue-serving-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := build(ctx, &s, folder); err != nil {
		return err
	}
	objects, requests, err := train(ctx, s.dataset)
	if err != nil {
		return err
	}
	million, drawn, err := synthetic()
	if err != nil {
		return err
	}
	server, err := s3server.Start(ctx, s3server.Config{Dir: filepath.Join(folder, "state"), Bucket: "dataset"})
	if err != nil {
		return err
	}
	defer server.Close()
	real, err := publish(ctx, server, "dataset", requests(usual), objects[:]...)
	if err != nil {
		return err
	}
	made, err := publish(ctx, server, "million", drawn, million)
	if err != nil {
		return err
	}
	if err := errors.Join(wakeUps(ctx, s, real, made), alone(s, real, requests)); err != nil {
		return err
	}
	if err := apart(); err != nil {
		return err
	}
	return errors.Join(underLoad(s, real), underReloads(ctx, s, real))
}

// build makes the two programs, static as in their images: to load a C library
// would be part of each wake-up.
func build(ctx context.Context, s *settings, folder string) error {
	s.recommender, s.hello = filepath.Join(folder, "recommender"), filepath.Join(folder, "hello")
	command := exec.CommandContext(ctx, "go", "build", "-o", folder, "./functions/recommender", "./tests/serving/hello")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}
