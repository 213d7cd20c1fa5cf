// Package store is the bucket: any S3-compatible store that honours conditional
// writes. Objects are read whole or as a stream, and written in one of two ways
// only: created if they do not exist, or replaced if they are still the version
// that was read. So two writers never overwrite each other unseen.
//
// Region, endpoint and credentials are the AWS SDK's own business: its
// environment variables (AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID,
// AWS_SECRET_ACCESS_KEY), its files, and on EKS the role of the service account
// or the pod identity.
//
// Every error names the object and wraps one of the package's errors, or else is
// transient: the network, a timeout, a store that is overloaded.
package store

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"
)

const (
	dialTimeout = 5 * time.Second
	maxAttempts = 3
)

// timing is how long to wait; only tests are in more of a hurry than usual.
type timing struct {
	credentials time.Duration // to get them
	stall       time.Duration // see stallConn
	backoff     time.Duration // between two attempts, at most
}

var usual = timing{credentials: 5 * time.Second, stall: 30 * time.Second, backoff: 2 * time.Second}

// Config names the bucket.
type Config struct {
	// Bucket is the bucket's name.
	Bucket string `env:"BUCKET" envDefault:"segue"`
	// PathStyle addresses the bucket as endpoint/bucket, which every store
	// understands; false means bucket.endpoint.
	PathStyle bool `env:"S3_PATH_STYLE" envDefault:"true"`
}

// Bucket is a bucket of an S3-compatible store. Its methods may be called
// concurrently. They repeat a request that failed for a passing reason, three
// attempts in all, and give up on a connection on which nothing moves for 30
// seconds; a caller that wants to know sooner sets a deadline on the context.
type Bucket struct {
	client   *s3.Client
	name     string
	endpoint string            // for messages
	writing  func(*s3.Options) // what is special about writes
}

// Open reads the SDK's configuration and returns the bucket. It makes no
// request: a wrong bucket or wrong credentials show at the first one.
func Open(ctx context.Context, cfg Config) (*Bucket, error) {
	return open(ctx, cfg, usual)
}

func open(ctx context.Context, cfg Config, wait timing) (*Bucket, error) {
	sdk, err := config.LoadDefaultConfig(ctx, options(wait)...)
	if err != nil {
		return nil, fmt.Errorf("load the AWS SDK's configuration: %w", err)
	}
	if sdk.Region == "" {
		return nil, fmt.Errorf("the store's region is not known: set AWS_REGION, or AWS_ENDPOINT_URL_S3 to the URL of a store other than AWS")
	}
	sdk.Credentials = credentials{sdk.Credentials, wait.credentials}
	client := s3.NewFromConfig(sdk, func(o *s3.Options) { o.UsePathStyle = cfg.PathStyle })
	endpoint := cmp.Or(aws.ToString(client.Options().BaseEndpoint), "AWS "+sdk.Region)
	return &Bucket{client: client, name: cfg.Bucket, endpoint: endpoint, writing: func(*s3.Options) {}}, nil
}

// options are ours on top of the SDK's defaults.
func options(wait timing) []func(*config.LoadOptions) error {
	opts := []func(*config.LoadOptions) error{
		// Several compatible stores refuse the checksums that the SDK adds by default.
		config.WithRequestChecksumCalculation(aws.RequestChecksumCalculationWhenRequired),
		config.WithResponseChecksumValidation(aws.ResponseChecksumValidationWhenRequired),
		config.WithHTTPClient(awshttp.NewBuildableClient().
			WithDialerOptions(func(d *net.Dialer) { d.Timeout = dialTimeout }).
			WithTransportOptions(func(t *http.Transport) { dropStalled(t, wait.stall) })),
		config.WithRetryer(func() aws.Retryer { return newRetryer(wait.backoff) }),
		config.WithLogger(logging.LoggerFunc(logSDK)),
	}
	if os.Getenv("AWS_ENDPOINT_URL_S3") != "" || os.Getenv("AWS_ENDPOINT_URL") != "" {
		// A store of one's own has no regions, and no machine role on AWS to ask for.
		opts = append(opts, config.WithDefaultRegion("us-east-1"))
		if os.Getenv("AWS_EC2_METADATA_DISABLED") == "" {
			opts = append(opts, config.WithEC2IMDSClientEnableState(imds.ClientDisabled))
		}
	}
	return opts
}

// newRetryer is the SDK's standard one, which also repeats a write that met
// another one: once that is over, the precondition has a definite answer.
func newRetryer(backoff time.Duration) aws.Retryer {
	standard := retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.MaxBackoff = backoff
	})
	return retry.AddWithErrorCodes(standard, "ConditionalRequestConflict", "OperationAborted")
}

// logSDK passes on what the SDK would print on standard error.
func logSDK(class logging.Classification, format string, v ...any) {
	level := slog.LevelDebug
	if class == logging.Warn {
		level = slog.LevelWarn
	}
	slog.Log(context.Background(), level, "aws sdk", "message", fmt.Sprintf(format, v...))
}

// In returns another bucket of the same store, reached with the same
// credentials.
func (b *Bucket) In(name string) *Bucket {
	other := *b
	other.name = name
	return &other
}
