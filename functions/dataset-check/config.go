package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"

	"segue.dev/shared/serving"
	"segue.dev/shared/store"
	"segue.dev/shared/training"
)

// Config is what dataset-check is told by its environment.
type Config struct {
	Serving serving.Config
	Store   store.Config
	// Training must equal the trainer's: it names the rules that should exist.
	Training training.Config
	// URL is where the dataset is: http, https, s3://bucket/key or file. A
	// relative file ("file:playlists.csv") lies in DataPath.
	URL string `env:"DATASET_URL" envDefault:"file:playlists.csv"`
	// DataPath is the folder of files that ko ships beside the binary.
	DataPath string `env:"KO_DATA_PATH" envDefault:"kodata"`
	// Sink is the broker's URL, injected by a SinkBinding.
	Sink string `env:"K_SINK"`
}

// Validate says which setting is wrong and what belongs there.
func (c Config) Validate() error {
	return cmp.Or(c.Training.Validate(), c.validateURL())
}

func (c Config) validateURL() error {
	u, err := url.Parse(c.URL)
	if err != nil {
		return errors.New("DATASET_URL is not a URL: write a dataset's http, https, s3 or file URL")
	}
	switch u.Scheme {
	case "http", "https", "s3":
		if u.Host != "" {
			return nil
		}
	case "file":
		if u.Host == "" && u.Opaque+u.Path != "" {
			return nil
		}
	}
	return fmt.Errorf("DATASET_URL is %q: write http://host/path, https://host/path, s3://bucket/key, file:///path or file:name", u.Redacted())
}
