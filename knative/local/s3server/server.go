// Package s3server runs a real S3 server (versitygw) inside this process, over
// a folder: the bucket of the local platform and of the tests.
//
// Two things follow from versitygw and bind the caller. A process holds at most
// one Server at a time. And while it runs, the process's working directory is
// the server's folder, because versitygw opens objects by relative path: use
// absolute paths, and give child processes a Dir of their own. Close puts the
// working directory back.
package s3server

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3api/utils"
)

// Region is the region that the server reports and expects in signatures.
const Region = "us-east-1"

// Config says what to serve and where. Only Dir and Bucket are required.
type Config struct {
	// Dir holds the data and is created if missing. The object K of bucket B is
	// the plain file Dir/B/K; a server started later on the same Dir serves it.
	Dir string
	// Bucket is created if missing.
	Bucket string
	// Addr is the host:port to listen on; empty means any free port on loopback.
	Addr string
	// AccessKey and SecretKey are what clients must sign with; empty ones are
	// generated. Set them where clients must outlive a restart of the server.
	AccessKey, SecretKey string
}

// Server is a running S3 server. All fields are read-only.
type Server struct {
	Endpoint  string // http://host:port
	Region    string
	Bucket    string
	AccessKey string
	SecretKey string

	close func() error
}

// Start serves cfg.Dir until Close is called or ctx is done, and returns once
// requests are answered. It fails if the address is taken or if this process
// already runs a Server.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	s, err := start(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("s3server: %w", err)
	}
	return s, nil
}

func start(ctx context.Context, cfg Config) (*Server, error) {
	dir, err := makeFolders(cfg)
	if err != nil {
		return nil, err
	}
	s := &Server{
		Region:    Region,
		Bucket:    cfg.Bucket,
		AccessKey: cmp.Or(cfg.AccessKey, rand.Text()),
		SecretKey: cmp.Or(cfg.SecretKey, rand.Text()),
	}
	gw, err := startGateway(dir, auth.Account{Access: s.AccessKey, Secret: s.SecretKey, Role: auth.RoleAdmin})
	if err != nil {
		return nil, err
	}
	front, err := listen(cmp.Or(cfg.Addr, "127.0.0.1:0"))
	if err != nil {
		_ = gw.stop() // the error that led here matters more
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- gw.serveOn(front) }()
	s.Endpoint = "http://" + front.Addr().String()
	s.close = sync.OnceValue(func() error {
		_ = front.Close() // whatever it says, nobody can connect any more
		return errors.Join(gw.stop(), <-ended)
	})
	context.AfterFunc(ctx, func() { s.Close() })
	return s, nil
}

// makeFolders returns the absolute path of cfg.Dir.
func makeFolders(cfg Config) (dir string, err error) {
	if cfg.Dir == "" {
		return "", errors.New("Dir is required")
	}
	if !utils.IsValidBucketName(cfg.Bucket) {
		return "", fmt.Errorf("bucket %q: a name is 3 to 63 lower-case letters, digits, dots and hyphens", cfg.Bucket)
	}
	if dir, err = filepath.Abs(cfg.Dir); err != nil {
		return "", err
	}
	return dir, os.MkdirAll(filepath.Join(dir, cfg.Bucket), 0o755)
}

// Env returns what a process needs to use the server's bucket, as KEY=value:
// the variables of the AWS SDK, and BUCKET.
func (s *Server) Env() []string {
	return []string{
		"AWS_ENDPOINT_URL_S3=" + s.Endpoint,
		"AWS_REGION=" + s.Region,
		"AWS_ACCESS_KEY_ID=" + s.AccessKey,
		"AWS_SECRET_ACCESS_KEY=" + s.SecretKey,
		"AWS_EC2_METADATA_DISABLED=true",
		"BUCKET=" + s.Bucket,
	}
}

// Close frees the port, lets requests under way finish for at most ten seconds,
// stops the server and restores the working directory. The data stays. It
// returns the error that ended the server, if one did; further calls return the
// same.
func (s *Server) Close() error { return s.close() }
