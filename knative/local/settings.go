package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"segue.dev/shared/variables"
)

// settings are what a person chooses for a local run.
type settings struct {
	// Port is where the public Service answers, on loopback; 0 means any free port.
	Port int `env:"PORT" envDefault:"8080"`
	// StateDir holds the bucket, and is kept from run to run; .state in the
	// repository unless set.
	StateDir string `env:"STATE_DIR"`
	// Tick is the time between two ticks of every PingSource, at least 1s; 0
	// means by their schedules.
	Tick time.Duration `env:"TICK"`
	// OwnStore is the endpoint of an S3 store to be used in place of a local one,
	// with the credentials and the region that the environment names beside it.
	OwnStore string `env:"AWS_ENDPOINT_URL_S3"`
	// NoColor turns colours off if it is not empty (https://no-color.org).
	NoColor string `env:"NO_COLOR"`

	root      string            // of the repository
	ownStore  map[string]string // the AWS SDK's variables, and BUCKET, if OwnStore is set
	inherited map[string]string // what every function's environment begins with
}

// readSettings reads the environment; the repository is found from the working
// directory upwards.
func readSettings(environment map[string]string) (settings, error) {
	var s settings
	err := variables.Read(&s, environ(environment))
	if err != nil {
		return s, err
	}
	if s.Tick != 0 && s.Tick < time.Second {
		return s, fmt.Errorf("TICK=%v: at least 1s", s.Tick)
	}
	if s.Port < 0 || s.Port > 65535 {
		return s, fmt.Errorf("PORT=%d: a port is a number from 0 to 65535", s.Port)
	}
	s.inherited = inherit(environment)
	if s.OwnStore != "" {
		s.ownStore = ownStore(environment)
	}
	if s.root, err = repository(); err != nil {
		return s, err
	}
	if s.StateDir == "" {
		s.StateDir = filepath.Join(s.root, ".state")
	}
	s.StateDir, err = filepath.Abs(s.StateDir)
	return s, err
}

// ownStore returns what the environment says of a person's own store.
func ownStore(environment map[string]string) map[string]string {
	own := map[string]string{}
	for name, value := range environment {
		if strings.HasPrefix(name, "AWS_") || name == "BUCKET" || name == "HOME" {
			own[name] = value
		}
	}
	return own
}

// repository returns the folder, at or above the working directory, that holds
// the manifests.
func repository() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, manifestsDir, "kustomization.yaml")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no %s/kustomization.yaml in %s or above: run it inside the repository", manifestsDir, start)
		}
	}
}
