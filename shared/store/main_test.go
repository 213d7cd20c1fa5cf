package store

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"segue.dev/knative/local/s3server"
)

// The S3 server's HTTP library keeps a clock for the process's life, and lets
// each server's last goroutine sleep up to ten seconds. The SDK goes on looking
// for credentials for a while after the caller that asked has given up.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/aws/aws-sdk-go-v2/internal/sync/singleflight.(*Group).doCall"))
}

// hurried lets tests of failures end soon.
var hurried = timing{credentials: 300 * time.Millisecond, stall: 300 * time.Millisecond, backoff: 20 * time.Millisecond}

// startS3 runs a real S3 server with the bucket "segue"; addr is usually empty.
// It can be called again after Close, with the same folder and address.
func startS3(t testing.TB, dir, addr string) *s3server.Server {
	t.Helper()
	s, err := s3server.Start(context.Background(), s3server.Config{
		Dir: dir, Bucket: "segue", Addr: addr, AccessKey: "key", SecretKey: "secret",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// newBucket returns an empty bucket on a real S3 server.
func newBucket(t testing.TB) *Bucket {
	t.Helper()
	return openAt(t, startS3(t, t.TempDir(), "").Endpoint, usual)
}

// openAt returns the bucket "segue" of the store at endpoint, and lets nothing
// of the machine's own AWS configuration through.
func openAt(t testing.TB, endpoint string, wait timing) *Bucket {
	t.Helper()
	noAWS(t)
	t.Setenv("AWS_ENDPOINT_URL_S3", endpoint)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	b, err := open(t.Context(), Config{Bucket: "segue", PathStyle: true}, wait)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// noAWS hides the machine's AWS configuration.
func noAWS(t testing.TB) {
	t.Setenv("HOME", t.TempDir())
	for _, name := range []string{
		"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE",
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE",
		"AWS_EC2_METADATA_DISABLED", "HTTP_PROXY", "http_proxy",
	} {
		t.Setenv(name, "")
	}
}

// serve runs an HTTP server in place of a store, for answers that a sane one
// does not give.
func serve(t testing.TB, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.URL
}

func create(t testing.TB, b *Bucket, key, body string) (etag string) {
	t.Helper()
	etag, err := b.Create(t.Context(), key, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return etag
}
