package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrongSettings(t *testing.T) {
	for _, wrong := range [][2]string{{"PORT", "99999"}, {"PORT", "http"}, {"TICK", "5ms"}, {"TICK", "soon"}} {
		variable, value := wrong[0], wrong[1]
		_, err := readSettings(map[string]string{variable: value})
		if err == nil || !strings.HasPrefix(err.Error(), variable+"=") && !strings.HasPrefix(err.Error(), variable+": ") {
			t.Errorf("%s=%s: error is %v", variable, value, err)
		}
	}
}

func TestOwnStore(t *testing.T) {
	environment := map[string]string{
		"AWS_ENDPOINT_URL_S3": "https://s3.example.com", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
		"BUCKET": "mine", "HOME": "/home/me", "PATH": "/bin", "OTHER": "x",
	}
	s, err := readSettings(environment)
	if err != nil {
		t.Fatal(err)
	}
	p := &platform{settings: s}
	variables, closeBucket, err := p.openBucket(t.Context())
	if err != nil || closeBucket() != nil {
		t.Fatal(err)
	}
	delete(environment, "PATH")
	delete(environment, "OTHER")
	if diff := cmp.Diff(environment, variables); diff != "" {
		t.Error(diff)
	}
}
