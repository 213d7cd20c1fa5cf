package s3server

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"
)

// gateway is one running versitygw.
type gateway struct {
	socket  string // Unix socket that it listens on
	cancel  context.CancelFunc
	done    chan error // receives what ended it, once
	workDir string     // the process's working directory before it started
	app     atomic.Pointer[fiber.App]
}

// running is held while a gateway runs: a second one would take the first one's
// working directory away before versitygw refuses it.
var running sync.Mutex

// startGateway returns when the gateway answers requests.
func startGateway(dir string, root auth.Account) (*gateway, error) {
	if !running.TryLock() {
		return nil, errors.New("this process runs an S3 server already: close it first")
	}
	workDir, err := os.Getwd()
	if err != nil {
		running.Unlock()
		return nil, err
	}
	gw := &gateway{socket: "@segue-s3-" + rand.Text(), done: make(chan error, 1), workDir: workDir}
	var ctx context.Context
	ctx, gw.cancel = context.WithCancel(context.Background())
	bound := make(chan struct{})
	go func() { gw.done <- serve(ctx, dir, gw.config(root, bound)) }()
	select {
	case <-bound:
		err = gw.firstAnswer()
	case err = <-gw.done:
		gw.done <- err
	}
	if err != nil {
		_ = gw.stop() // the error that led here matters more
		return nil, err
	}
	return gw, nil
}

// stop ends the gateway and waits for it. It must not come before the first
// answer: versitygw would say that it stopped, and go on.
func (gw *gateway) stop() error {
	defer running.Unlock()
	gw.cancel()
	err := <-gw.done
	return errors.Join(err, os.Chdir(gw.workDir))
}

// firstAnswer returns once a request is answered, be it with a refusal.
func (gw *gateway) firstAnswer() error {
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			return net.Dial("unix", gw.socket)
		},
	}}
	answer, err := client.Get("http://" + Region)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// serve makes dir the process's working directory and blocks until ctx is done.
func serve(ctx context.Context, dir string, cfg *embedgw.Config) error {
	metadata, apart, err := metadataStore(dir)
	if err != nil {
		return err
	}
	if apart {
		cfg.S3Options = append(cfg.S3Options, s3api.WithMiddleware("/", oneWriter()))
	}
	backend, err := posix.New(dir, metadata, posix.PosixOpts{
		CopyObjectThreshold: 5 << 30, // the limit of S3; unset, every copy is refused
	})
	if err != nil {
		return err
	}
	return embedgw.RunVersityGW(ctx, backend, cfg)
}

// serveOn answers what comes over another listener than the socket, too, until
// the gateway is stopped. versitygw takes no listener, but its server does; a
// connection of TCP's own lets that send files without a copy.
func (gw *gateway) serveOn(l net.Listener) error {
	return gw.app.Load().Server().Serve(l)
}

// noteApp learns which server answers.
func (gw *gateway) noteApp(ctx fiber.Ctx) error {
	if gw.app.Load() == nil {
		gw.app.Store(ctx.App())
	}
	return ctx.Next()
}

// config lets root in and nobody else; bound is closed once the gateway listens.
func (gw *gateway) config(root auth.Account, bound chan<- struct{}) *embedgw.Config {
	return &embedgw.Config{
		RootUserAccess:    root.Access,
		RootUserSecret:    root.Secret,
		IAMService:        rootOnly{auth.NewIAMServiceSingle(root)},
		Region:            Region,
		Ports:             []string{gw.socket},
		MaxConnections:    1024,
		MaxRequests:       1024,
		MultipartMaxParts: 10_000,
		KeepAlive:         true,
		Quiet:             true,
		S3Options: []s3api.Option{
			s3api.WithOnListen(func() { close(bound) }),
			s3api.WithMiddleware("/", gw.noteApp),
		},
	}
}

// rootOnly knows one account. versitygw's own such service announces itself on
// standard output and answers an unknown access key with 404, not 403.
type rootOnly struct{ auth.IAMService }

// GetUserAccount is asked for keys other than the root account's.
func (rootOnly) GetUserAccount(string) (auth.Account, error) {
	return auth.Account{}, auth.ErrNoSuchUser
}
