package main

import (
	"strings"
	"testing"

	"segue.dev/shared/rules"
	"segue.dev/shared/training"
)

func TestDatasetURL(t *testing.T) {
	for url, want := range map[string]string{
		"http://host/p.csv":                "",
		"https://user:secret@host/p.csv":   "",
		"s3://bucket/some/key.csv":         "",
		"file:///data/p.csv":               "",
		"file:playlists.csv":               "",
		"file:":                            "write http://host/path",
		"file://host/p.csv":                "write http://host/path",
		"playlists.csv":                    `DATASET_URL is "playlists.csv"`,
		"ftp://host/p.csv":                 `DATASET_URL is "ftp://host/p.csv"`,
		"http:///p.csv":                    "write http://host/path",
		"":                                 `DATASET_URL is ""`,
		"http://host/%zz":                  "DATASET_URL is not a URL",
		"ftp://user:secret@host/p.csv":     "user:xxxxx@host",
		"https://user:secret@host:port/%%": "DATASET_URL is not a URL",
	} {
		config := Config{URL: url, Training: training.Config{Parameters: rules.Parameters{MinSupport: 2, MaxItemsetSize: 2}}}
		switch err := config.Validate(); {
		case want == "" && err != nil:
			t.Errorf("%q: %v", url, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: error is %v, want %q", url, err, want)
		case err != nil && strings.Contains(err.Error(), "secret"):
			t.Errorf("%q: the error tells the password: %v", url, err)
		}
	}
}
