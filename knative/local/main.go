// Command local runs Segue on one machine: it reads the manifests in
// knative/base and does on loopback what Knative does with them in a cluster.
//
//	go run ./knative/local
//
// It builds the functions that the Knative Services name, starts an S3 server
// with the bucket, a broker, and one process per Service, fires every
// PingSource once and then on its schedule, delivers events as the Triggers
// say, and prints the functions' logs for a person. Ctrl-C stops all of it.
//
// The environment sets PORT, where the public Service answers (8080),
// STATE_DIR, the folder of the bucket (.state), and TICK, a duration that
// replaces the schedules. With AWS_ENDPOINT_URL_S3 the bucket is in that store,
// with the credentials beside it, and no S3 server is started. Every other variable that a manifest sets and that is
// also set in the environment takes its value from there.
//
// The manifests pass the checks of Knative's own webhooks first, so what a
// cluster would refuse is refused here; Triggers filter with Knative's own code.
//
// What differs from Knative:
//   - A Service is one process, always. It is not scaled, also not to zero; a
//     containerConcurrency of 1 means one event at a time, not more instances.
//     One that ends is started again; before it was ever ready, that ends the run.
//   - Resources, securityContext and volumes are not applied: the functions see
//     this machine's files. Their environment is the manifest's, nothing else.
//   - containerConcurrency and timeoutSeconds hold for events. Requests to the
//     public Service go straight to its process.
//   - A Broker keeps its events in memory, as the in-memory channel does: what
//     is not delivered at the stop is lost. Broker classes and config mean nothing.
//   - A Retry-After is honoured only within a delivery's retryAfterMax, as in
//     Knative, whose clusters refuse that field by default; here it is allowed.
//   - ConfigMap and Secret "bucket" are overlaid by the local S3 server's
//     address and keys. No other Secret exists.
//   - No TLS, no authentication, no cluster names outside of event delivery.
//   - A stop leaves each process three seconds to end, whatever its timeout.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends everything at once
	if err := run(ctx, parseEnviron(os.Environ()), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "segue:", err)
		os.Exit(1)
	}
}
