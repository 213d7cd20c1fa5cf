package store

import (
	"context"
	"io"
)

// Swap writes the object if it is still the version with that ETag, as Replace
// does; "" means that there was none, and then it is as Create.
func (b *Bucket) Swap(ctx context.Context, key string, body io.ReadSeeker, etag string) (newETag string, err error) {
	if etag == "" {
		return b.Create(ctx, key, body)
	}
	return b.Replace(ctx, key, body, etag)
}
