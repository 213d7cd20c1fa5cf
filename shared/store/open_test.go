package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"segue.dev/shared/variables"
)

func TestConfigDefaults(t *testing.T) {
	var cfg Config
	if err := variables.Read(&cfg, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Config{Bucket: "segue", PathStyle: true}, cfg); diff != "" {
		t.Error(diff)
	}
}

func TestOpenNeedsARegion(t *testing.T) {
	noAWS(t)
	_, err := Open(t.Context(), Config{Bucket: "segue", PathStyle: true})
	wantOnly(t, err, nil, "AWS_REGION", "AWS_ENDPOINT_URL_S3")
}

// TestNoCredentials also counts who asks the machine's metadata service, which
// on a laptop is a long wait for nobody.
func TestNoCredentials(t *testing.T) {
	var asked atomic.Int64
	metadata := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		http.NotFound(w, r)
	})
	b := openAt(t, "http://127.0.0.1:9", usual)
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata)
	b = openAs(t, b.endpoint, "", "")
	within(t, time.Second, func() {
		_, err := b.Get(t.Context(), "k", "")
		wantOnly(t, err, ErrDenied, "AWS_ACCESS_KEY_ID", "s3://segue/k")
	})
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests to the metadata service with a store of one's own", n)
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "false") // on a machine of AWS, if one insists
	_, err := openAs(t, b.endpoint, "", "").Get(t.Context(), "k", "")
	wantOnly(t, err, ErrDenied)
	if asked.Load() == 0 {
		t.Error("no request to the metadata service, though it was asked for")
	}
}

func TestHungMetadataService(t *testing.T) {
	noAWS(t)
	t.Setenv("AWS_REGION", "eu-west-1")
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", silent(t))
	b := openAs(t, "", "", "")
	within(t, hurried.credentials+time.Second, func() {
		_, err := b.Get(t.Context(), "k", "")
		wantOnly(t, err, ErrDenied, "AWS_ACCESS_KEY_ID")
	})
}

// TestRoles gets the credentials as a pod on EKS does: in exchange for the
// service account's token, or from the pod identity agent.
func TestRoles(t *testing.T) {
	s := startS3(t, t.TempDir(), "")
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("a-token"), 0o600); err != nil {
		t.Fatal(err)
	}
	expires := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	sts := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("WebIdentityToken") != "a-token" || r.FormValue("RoleArn") != "arn:aws:iam::1:role/segue" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		fmt.Fprintf(w, `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
			<AccessKeyId>key</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken></SessionToken><Expiration>%s</Expiration>
			</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`, expires)
	})
	agent := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "a-token" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"AccessKeyId": "key", "SecretAccessKey": "secret", "Expiration": expires})
	})
	for name, env := range map[string]map[string]string{
		"service account": {"AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:aws:iam::1:role/segue", "AWS_ENDPOINT_URL_STS": sts},
		"pod identity":    {"AWS_CONTAINER_CREDENTIALS_FULL_URI": agent, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token},
	} {
		t.Run(name, func(t *testing.T) {
			noAWS(t)
			t.Setenv("AWS_ENDPOINT_URL_S3", s.Endpoint)
			for name, value := range env {
				t.Setenv(name, value)
			}
			create(t, openAs(t, s.Endpoint, "", ""), name, "body")
		})
	}
}

// TestConnectionsAreKept counts the connections of many requests.
func TestConnectionsAreKept(t *testing.T) {
	backend, err := url.Parse(startS3(t, t.TempDir(), "").Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = backend.Scheme, backend.Host // and the Host that was signed
	}})
	var connections atomic.Int64
	proxy.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	proxy.Start()
	t.Cleanup(func() { proxy.Close(); http.DefaultTransport.(*http.Transport).CloseIdleConnections() })
	b := openAt(t, proxy.URL, usual)
	etag := create(t, b, "k", "body")
	for range 20 {
		_, whole := b.Get(t.Context(), "k", "")
		_, unchanged := b.Get(t.Context(), "k", etag)
		_, absent := b.Get(t.Context(), "absent", "")
		_, again := b.Create(t.Context(), "k", strings.NewReader("other"))
		if whole != nil || !errors.Is(unchanged, ErrNotModified) || !errors.Is(absent, ErrNotFound) || !errors.Is(again, ErrExists) {
			t.Fatal(whole, unchanged, absent, again)
		}
	}
	if n := connections.Load(); n > 8 { // a connection can become idle a moment too late for the next request
		t.Errorf("%d connections for 81 requests one after the other", n)
	}
}

// BenchmarkOpen is what opening the bucket adds to a cold start.
func BenchmarkOpen(b *testing.B) {
	noAWS(b)
	b.Setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
	b.Setenv("AWS_ACCESS_KEY_ID", "key")
	b.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Open(context.Background(), Config{Bucket: "segue", PathStyle: true}); err != nil {
			b.Fatal(err)
		}
	}
}
