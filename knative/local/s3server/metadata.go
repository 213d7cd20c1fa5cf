package s3server

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/backend/meta"
)

// metadataStore keeps ETags and headers in extended attributes, which change in
// one step with the object, or, where the file system has none, apart from it
// in files under Dir/.metadata. A folder keeps the form that it was begun with.
func metadataStore(dir string) (store meta.MetadataStorer, apart bool, err error) {
	files := filepath.Join(dir, ".metadata")
	var attributes meta.XattrMeta
	if _, err := os.Stat(files); errors.Is(err, fs.ErrNotExist) && attributes.Test(dir) == nil {
		return attributes, false, nil
	}
	if err := os.MkdirAll(files, 0o755); err != nil {
		return nil, false, err
	}
	store, err = meta.NewSideCar(files)
	return store, true, err
}

// oneWriter lets a write run alone. With metadata apart, a read beside it could
// return the content of one version with the ETag of the next, and whoever then
// replaced "that version" would undo an update that it never saw.
func oneWriter() fiber.Handler {
	var lock sync.RWMutex
	return func(ctx fiber.Ctx) error {
		switch ctx.Method() {
		case fiber.MethodGet, fiber.MethodHead:
			lock.RLock()
			defer lock.RUnlock()
		default:
			lock.Lock()
			defer lock.Unlock()
		}
		return ctx.Next()
	}
}
