// S3 is the bucket of the dev overlay: a real S3 server over a folder, which
// lives as long as its pod.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"knative.dev/pkg/signals"

	"segue.dev/knative/local/s3server"
	"segue.dev/shared/variables"
)

// Config is what the server is told by its environment.
type Config struct {
	// Dir is the folder of the objects.
	Dir string `env:"DIR" envDefault:"/data"`
	// Port is the port to listen on, on all interfaces.
	Port int `env:"PORT" envDefault:"9000"`
	// Bucket is created if it is missing.
	Bucket string `env:"BUCKET" envDefault:"segue"`
	// AccessKey and SecretKey are what clients must sign with.
	AccessKey string `env:"AWS_ACCESS_KEY_ID,notEmpty"`
	SecretKey string `env:"AWS_SECRET_ACCESS_KEY,notEmpty"`
}

func main() {
	if err := run(signals.NewContext()); err != nil {
		slog.Error("server ended", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var config Config
	if err := variables.Read(&config, os.Environ()); err != nil {
		return err
	}
	server, err := s3server.Start(context.WithoutCancel(ctx), s3server.Config{
		Dir: config.Dir, Bucket: config.Bucket, Addr: fmt.Sprint(":", config.Port),
		AccessKey: config.AccessKey, SecretKey: config.SecretKey,
	})
	if err != nil {
		return err
	}
	slog.Info("serving", "url", server.Endpoint, "bucket", server.Bucket)
	<-ctx.Done()
	return server.Close()
}
