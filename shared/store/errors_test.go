package store

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

var outcomes = []error{ErrNotFound, ErrNotModified, ErrExists, ErrConflict, ErrNoBucket, ErrDenied, ErrUnsuitable}

// wantOnly checks that err is want and none of the other outcomes; a nil want
// means a transient error. The message must contain all of says.
func wantOnly(t *testing.T, err, want error, says ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %v", want)
	}
	for _, outcome := range outcomes {
		if errors.Is(err, outcome) != (outcome == want) {
			t.Errorf("%v: is %q: %t", err, outcome, outcome != want)
		}
	}
	for _, part := range says {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v: does not say %q", err, part)
		}
	}
}

func TestOutcomes(t *testing.T) {
	b := newBucket(t)
	etag := create(t, b, "there", "body")
	missing := b.In("missing")
	stranger := *b
	stranger.client = openAs(t, b.endpoint, "key", "wrong").client
	nobody := *b
	nobody.client = openAs(t, b.endpoint, "nobody", "secret").client

	get := func(b *Bucket, key, etag string) error { _, err := b.Get(t.Context(), key, etag); return err }
	stream := func(b *Bucket, key, etag string) error { _, err := b.Stream(t.Context(), key, etag); return err }
	stat := func(b *Bucket, key string) error { _, _, err := b.Stat(t.Context(), key); return err }
	create := func(b *Bucket, key string) error {
		_, err := b.Create(t.Context(), key, strings.NewReader("other"))
		return err
	}
	replace := func(b *Bucket, key, etag string) error {
		_, err := b.Replace(t.Context(), key, strings.NewReader("other"), etag)
		return err
	}
	for name, test := range map[string]struct {
		err, want error
		says      string
	}{
		"get unchanged":            {get(b, "there", etag), ErrNotModified, "s3://segue/there"},
		"stream unchanged":         {stream(b, "there", etag), ErrNotModified, "s3://segue/there"},
		"get nothing":              {get(b, "absent", ""), ErrNotFound, "s3://segue/absent"},
		"get nothing, unchanged":   {get(b, "absent", etag), ErrNotFound, "s3://segue/absent"},
		"stat nothing":             {stat(b, "absent"), ErrNotFound, "s3://segue/absent"},
		"create twice":             {create(b, "there"), ErrExists, "s3://segue/there"},
		"replace another version":  {replace(b, "there", `"0123"`), ErrConflict, "s3://segue/there"},
		"replace nothing":          {replace(b, "absent", etag), ErrConflict, "gone"},
		"get without bucket":       {get(missing, "there", ""), ErrNoBucket, "set BUCKET"},
		"create without bucket":    {create(missing, "there"), ErrNoBucket, b.endpoint},
		"replace without bucket":   {replace(missing, "there", etag), ErrNoBucket, "create it"},
		"stat without bucket":      {stat(missing, "there"), ErrNotFound, "s3://missing/there"},
		"get with a wrong secret":  {get(&stranger, "there", ""), ErrDenied, "SignatureDoesNotMatch"},
		"stat with a wrong secret": {stat(&stranger, "there"), ErrDenied, "s3://segue/there"},
		"create as nobody":         {create(&nobody, "new"), ErrDenied, "InvalidAccessKeyId"},
	} {
		t.Run(name, func(t *testing.T) { wantOnly(t, test.err, test.want, test.says) })
	}
	if object, err := b.Get(t.Context(), "there", ""); err != nil || string(object.Body) != "body" {
		t.Errorf("the refused writes left %+v, %v", object, err)
	}
}

func openAs(t *testing.T, endpoint, key, secret string) *Bucket {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", key)
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
	b, err := open(t.Context(), Config{Bucket: "segue", PathStyle: true}, hurried)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// refusals answers the first n requests with status and code, and the rest with
// 200.
func refusals(n int64, status int, code string) (answer http.HandlerFunc, requests *atomic.Int64) {
	requests = new(atomic.Int64)
	return func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) <= n {
			w.WriteHeader(status)
			fmt.Fprintf(w, "<Error><Code>%s</Code><Message>as asked</Message></Error>", code)
			return
		}
		w.Header().Set("ETag", `"new"`)
	}, requests
}

func TestPassingRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		code   string
		want   error // of a refusal that does not pass
	}{
		"another write under way": {http.StatusConflict, "ConditionalRequestConflict", ErrConflict},
		"another operation":       {http.StatusConflict, "OperationAborted", ErrConflict},
		"overloaded":              {http.StatusServiceUnavailable, "SlowDown", nil},
		"broken":                  {http.StatusInternalServerError, "InternalError", nil},
	} {
		t.Run(name, func(t *testing.T) {
			answer, _ := refusals(1, test.status, test.code)
			b := openAt(t, serve(t, answer), hurried)
			if etag, err := b.Replace(t.Context(), "k", strings.NewReader("body"), `"old"`); err != nil || etag != `"new"` {
				t.Errorf("a refusal that passes: %q, %v", etag, err)
			}
			answer, requests := refusals(1000, test.status, test.code)
			b = openAt(t, serve(t, answer), hurried)
			_, err := b.Create(t.Context(), "k", strings.NewReader("body"))
			wantOnly(t, err, test.want, "s3://segue/k")
			if n := requests.Load(); n != maxAttempts {
				t.Errorf("%d requests, want %d", n, maxAttempts)
			}
		})
	}
}

func TestEndOfContextIsNoOutcome(t *testing.T) {
	b := newBucket(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Get(ctx, "k", "")
	wantOnly(t, err, nil, "s3://segue/k")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v: is not context.Canceled", err)
	}
}
