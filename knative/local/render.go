package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// manifestsDir is the folder that is run, below the repository's root.
const manifestsDir = "knative/base"

// render does what `kustomize build knative/base` does, and has kustomize note
// in each object which file it comes from.
func render(root string) ([]*resource.Resource, error) {
	files := filesys.MakeFsInMemory()
	err := filepath.WalkDir(filepath.Join(root, manifestsDir), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
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
		return files.WriteFile("/"+filepath.ToSlash(below), content)
	})
	if err != nil {
		return nil, fmt.Errorf("read manifests: %w", err)
	}
	top := "resources: [" + manifestsDir + "]\nbuildMetadata: [originAnnotations]\n"
	if err := files.WriteFile("/kustomization.yaml", []byte(top)); err != nil {
		return nil, err
	}
	rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, "/")
	if err != nil {
		return nil, fmt.Errorf("kustomize build %s: %w", manifestsDir, err)
	}
	return rendered.Resources(), nil
}
