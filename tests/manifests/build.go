// Package manifests tests what is deployed, without a cluster.
package manifests

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// folders hold the repository's manifests.
var folders = []string{"knative", "tests/e2e"}

// Build does what "kustomize build" does with a kustomization.yaml at the
// repository's root, whose content is top.
func Build(root, top string) (resmap.ResMap, error) {
	return BuildChanged(root, top, func(_ string, content []byte) []byte { return content })
}

// BuildChanged is Build with the manifests as change leaves them, file by file.
func BuildChanged(root, top string, change func(path string, content []byte) []byte) (resmap.ResMap, error) {
	files := filesys.MakeFsInMemory()
	for _, folder := range folders {
		if err := load(files, root, folder, change); err != nil {
			return nil, fmt.Errorf("read manifests: %w", err)
		}
	}
	if err := files.WriteFile("/kustomization.yaml", []byte(top)); err != nil {
		return nil, err
	}
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionLegacy // as kubectl does
	return krusty.MakeKustomizer(options).Run(files, "/")
}

func load(files filesys.FileSystem, root, folder string, change func(string, []byte) []byte) error {
	return filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isManifest(path) {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		below = filepath.ToSlash(below)
		return files.WriteFile("/"+below, change(below, content))
	})
}

func isManifest(path string) bool {
	return strings.HasSuffix(path, ".yaml") || strings.HasSuffix(path, ".env")
}
