package store

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// credentialsError marks a failure to get credentials, which the SDK reports as
// any other error.
type credentialsError struct{ error }

func (e credentialsError) Unwrap() error { return e.error }

// credentials bounds the time that getting them takes, for a role is asked for
// over the network, and marks what goes wrong.
type credentials struct {
	aws.CredentialsProvider
	limit time.Duration
}

// Retrieve returns the credentials, or a credentialsError.
func (c credentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	bounded, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	found, err := c.CredentialsProvider.Retrieve(bounded)
	if err != nil && ctx.Err() == nil {
		return found, credentialsError{err}
	}
	return found, err
}
