package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"

	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
)

// module is the path of the Go module whose functions the images name.
const module = "segue.dev"

// function is a program that a Service runs.
type function struct {
	importPath string // its package, and its image without ko://
	binary     string
	koData     string // the folder that ko ships with the image, KO_DATA_PATH
}

// functionOf finds the program that a Service's image names.
func functionOf(root string, s *servingv1.Service) (function, error) {
	image := s.Spec.Template.Spec.Containers[0].Image
	below, err := filepath.Rel(module, filepath.FromSlash(image))
	if err != nil || !filepath.IsLocal(below) {
		return function{}, wrong("Service", s, "image ko://%s is not below ko://%s", image, module)
	}
	folder := filepath.Join(root, below)
	if _, err := os.Stat(filepath.Join(folder, "main.go")); err != nil {
		return function{}, wrong("Service", s, "image ko://%s: no program in %s: %w", image, filepath.ToSlash(below), err)
	}
	return function{
		importPath: image,
		binary:     filepath.Join(root, "bin", path.Base(image)),
		koData:     filepath.Join(folder, "kodata"),
	}, nil
}

// build compiles the functions into bin; messages of the compiler go to output.
func build(ctx context.Context, root string, functions []function, output io.Writer) error {
	args := []string{"build", "-o", filepath.Join(root, "bin") + string(filepath.Separator),
		"-ldflags", "-X segue.dev/shared/serving.version=" + os.Getenv("VERSION")} // as ko.yaml does
	for _, f := range functions {
		args = append(args, f.importPath)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, output, output
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it ends its compilers
	cmd.WaitDelay = grace
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	return nil
}
