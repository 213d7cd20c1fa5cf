package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrongSettings(t *testing.T) {
	for variable, begin := range map[string]string{
		"PORT=99999": "PORT=", "PORT=high": "PORT: ", "TICK=5ms": "TICK=", "TICK=10ms": "TICK=", "TICK=5": "TICK: ",
	} {
		_, err := readSettings(parseEnviron([]string{variable}))
		if err == nil || !strings.HasPrefix(err.Error(), begin) {
			t.Errorf("%s: error is %v", variable, err)
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
