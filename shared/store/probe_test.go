package store

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

func TestSuitableStore(t *testing.T) {
	dir := t.TempDir()
	b := openAt(t, startS3(t, dir, "").Endpoint, usual)
	var wg sync.WaitGroup
	for range 8 { // as many pods starting at once
		wg.Go(func() {
			if err := b.CheckConditionalWrites(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if left, _ := filepath.Glob(filepath.Join(dir, "segue", "state", "probe", "*")); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

// TestUnsuitableStores drops the preconditions on the way to an S3 server that
// does not check signatures, and so does not miss them.
func TestUnsuitableStores(t *testing.T) {
	for header, says := range map[string]string{
		"If-None-Match": "ignores If-None-Match: *",
		"If-Match":      "ignores If-Match",
	} {
		t.Run(header, func(t *testing.T) {
			backend := s3mem.New()
			if err := backend.CreateBucket("segue"); err != nil {
				t.Fatal(err)
			}
			s3 := gofakes3.New(backend).Server()
			b := openAt(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
				r.Header.Del(header)
				s3.ServeHTTP(w, r)
			}), hurried)
			wantOnly(t, b.CheckConditionalWrites(t.Context()), ErrUnsuitable, says, "bucket segue", b.endpoint)
			left, err := backend.ListBucket("segue", nil, gofakes3.ListBucketPage{})
			if err != nil || len(left.Contents) > 0 {
				t.Errorf("it left %v, %v", left, err)
			}
		})
	}
}

func TestStoresThatRefuseConditions(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		code   string
		says   string
	}{
		"not implemented": {http.StatusNotImplemented, "NotImplemented", "does not implement If-None-Match"},
		"always refused":  {http.StatusPreconditionFailed, "PreconditionFailed", "refused a write whose If-None-Match held"},
	} {
		t.Run(name, func(t *testing.T) {
			answer, _ := refusals(1000, test.status, test.code)
			b := openAt(t, serve(t, answer), hurried)
			wantOnly(t, b.CheckConditionalWrites(t.Context()), ErrUnsuitable, test.says)
		})
	}
}

// TestProbeIsNotMisled loses the answer to a write that was done. Repeated, the
// write would be refused, and a good store be taken for one that refuses all.
func TestProbeIsNotMisled(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("segue"); err != nil {
		t.Fatal(err)
	}
	s3 := gofakes3.New(backend).Server()
	for lost := range 4 {
		var puts atomic.Int64
		b := openAt(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPut || puts.Add(1) != int64(lost+1) {
				s3.ServeHTTP(w, r)
				return
			}
			s3.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}), hurried)
		wantOnly(t, b.CheckConditionalWrites(t.Context()), nil, "s3://segue/state/probe/")
	}
}

func TestProbeTellsOtherFaultsApart(t *testing.T) {
	dir := t.TempDir()
	s := startS3(t, dir, "")
	b := openAt(t, s.Endpoint, hurried)
	wantOnly(t, b.In("missing").CheckConditionalWrites(t.Context()), ErrNoBucket, "missing")
	wantOnly(t, openAs(t, s.Endpoint, "nobody", "secret").CheckConditionalWrites(t.Context()), ErrDenied)
	s.Close()
	wantOnly(t, b.CheckConditionalWrites(t.Context()), nil, "s3://segue/state/probe/")
	if entries, err := os.ReadDir(filepath.Join(dir, "segue")); err != nil || len(entries) > 0 {
		t.Errorf("the bucket holds %v, %v", entries, err)
	}
}
