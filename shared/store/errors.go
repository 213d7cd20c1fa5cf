package store

import (
	"errors"
	"fmt"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// The outcomes that callers tell apart. Every other error is transient.
var (
	// ErrNotFound: there is no such object (or, from Stat, no such bucket: the
	// answer to HEAD does not say which).
	ErrNotFound = errors.New("no such object")
	// ErrNotModified: the object is still the version that the caller has.
	ErrNotModified = errors.New("not modified")
	// ErrExists: Create found an object of that key.
	ErrExists = errors.New("the object exists already")
	// ErrConflict: somebody else wrote or removed the object meanwhile. Read it
	// again and decide again.
	ErrConflict = errors.New("the object was changed meanwhile")
	// ErrNoBucket: the bucket does not exist.
	ErrNoBucket = errors.New("the bucket does not exist")
	// ErrDenied: the store refuses the credentials, or none could be had.
	ErrDenied = errors.New("access denied")
	// ErrUnsuitable: the store does not honour conditional writes.
	ErrUnsuitable = errors.New("the store is not suitable")
)

// fail turns an error of the SDK into one of this package's; precondition is
// what a failed precondition (412) means to the operation.
func (b *Bucket) fail(op, key string, err, precondition error) error {
	outcome, advice := b.outcome(err, precondition)
	if outcome == nil {
		return fmt.Errorf("%s %s: %w", op, b.url(key), err)
	}
	return fmt.Errorf("%s %s: %w%s", op, b.url(key), outcome, advice)
}

// outcome is the one place where answers of the store get their meaning; nil
// means that the error is transient. Advice says what to do.
func (b *Bucket) outcome(err, precondition error) (outcome error, advice string) {
	var missing credentialsError
	if errors.As(err, &missing) {
		return ErrDenied, fmt.Sprintf(": no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run as a role that may use the bucket (%v)", missing.error)
	}
	var api smithy.APIError
	var answer *awshttp.ResponseError
	if !errors.As(err, &api) || !errors.As(err, &answer) {
		return nil, ""
	}
	switch answer.HTTPStatusCode() {
	case http.StatusNotModified:
		return ErrNotModified, ""
	case http.StatusNotFound:
		return notFound(api)
	case http.StatusConflict:
		return ErrConflict, ": another write was under way"
	case http.StatusPreconditionFailed:
		return precondition, ""
	case http.StatusUnauthorized, http.StatusForbidden:
		return ErrDenied, fmt.Sprintf(": the credentials need the right to list the bucket and to get, put and delete its objects (%v)", api)
	}
	return nil, ""
}

// notFound tells the 404s of a store from those of a web server that is none.
func notFound(api smithy.APIError) (outcome error, advice string) {
	var head *types.NotFound
	switch {
	case api.ErrorCode() == "NoSuchBucket":
		return ErrNoBucket, ": create it, or set BUCKET to one that does"
	case api.ErrorCode() == "NoSuchKey", errors.As(api, &head):
		return ErrNotFound, ""
	}
	return nil, ""
}

func (b *Bucket) url(key string) string {
	return fmt.Sprintf("s3://%s/%s at %s", b.name, key, b.endpoint)
}
