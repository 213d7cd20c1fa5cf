// Package serving is the life of a function's process: a JSON log, an HTTP
// server with probes and metrics, and a stop that loses no request.
package serving

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"knative.dev/pkg/signals"

	"segue.dev/shared/variables"
)

// Config is what every function is told about its server.
type Config struct {
	// Host is the address to listen on; empty means all, as a pod needs.
	Host string `env:"HOST"`
	// Port is the port to listen on; Knative sets it.
	Port int `env:"PORT" envDefault:"8080"`
	// LogLevel is the least level that is logged: debug, info, warn or error.
	LogLevel slog.Level `env:"LOG_LEVEL" envDefault:"info"`
}

// Main reads the function's configuration C from the environment and runs it
// until SIGTERM or SIGINT. It ends the process with status 1 if that fails.
func Main[C any](name string, run func(ctx context.Context, config C) error) {
	ctx := signals.NewContext()
	var log struct {
		Level slog.Level `env:"LOG_LEVEL" envDefault:"info"` // Config has it too
	}
	var config C
	stopTracing := startTracing(name)
	err := variables.Read(&config, os.Environ())
	_ = variables.Read(&log, os.Environ()) // the first says what is wrong with it
	handler := slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: log.Level})
	slog.SetDefault(slog.New(handler).With("function", name))
	if err != nil {
		err = fmt.Errorf("start: %w", err)
	} else {
		err = run(ctx, config)
		stopTracing(context.WithoutCancel(ctx))
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		slog.Error("function ended", "error", err)
		os.Exit(1)
	}
}

// Serve answers HTTP until ctx is done, then takes no new requests, ends those
// that run and returns. Beside handler's paths it serves
//
//	/healthz  200: the process lives
//	/readyz   200 once ready returns nil, before that 503 with its error
//	/metrics  for Prometheus: the process and all registered metrics
//
// How long running requests may take is the platform's to say, with SIGKILL.
func Serve(ctx context.Context, config Config, handler http.Handler, ready func() error) error {
	mux := http.NewServeMux()
	mux.Handle("/", handler)
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", MetricsType)
		WriteMetrics(w)
	})
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := ready(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	listener, err := Listen(config)
	if err != nil {
		return err
	}
	return serve(ctx, listener, traced(mux))
}

// Listen takes the port, and says so in the log.
func Listen(config Config) (net.Listener, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(config.Host, strconv.Itoa(config.Port)))
	if err != nil {
		return nil, fmt.Errorf("%w: set PORT to a free port", err)
	}
	slog.Info("serving", "url", "http://"+listener.Addr().String(), "version", Version())
	return listener, nil
}

// IsProbe tells whether a path is one of those that the platform asks, which every
// function has.
func IsProbe(path string) bool { return path == "/healthz" || path == "/readyz" || path == "/metrics" }

func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		stopped <- server.Shutdown(context.WithoutCancel(ctx))
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
