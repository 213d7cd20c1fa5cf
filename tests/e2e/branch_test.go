//go:build gitops

package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// branch is a branch that Argo CD watches, checked out.
type branch struct{ folder, name string }

// newBranch makes an empty branch, to be pushed to url.
func newBranch(ctx context.Context, url, name string) (*branch, error) {
	folder, err := os.MkdirTemp("", name)
	if err != nil {
		return nil, err
	}
	b := &branch{folder, name}
	if _, err := b.git(ctx, "init", "--quiet", "--initial-branch", name); err != nil {
		return nil, err
	}
	_, err = b.git(ctx, "remote", "add", "origin", url)
	return b, err
}

// release pushes the tests' overlay, with patches in kustomize's form, as built
// for a version, and gives the commit.
func (b *branch) release(ctx context.Context, version string, patches []string) (string, error) {
	if err := os.Setenv("VERSION", version); err != nil {
		return "", err
	}
	top := "resources: [tests/e2e/overlay]\ncomponents: [knative/components/sync-waves]\nnamespace: " + b.name + "\n"
	if len(patches) > 0 {
		top += "patches:\n" + strings.Join(patches, "")
	}
	rendered, err := render(ctx, top)
	if err != nil {
		return "", err
	}
	return b.push(ctx, string(rendered))
}

// push commits the rendered manifests.
func (b *branch) push(ctx context.Context, rendered string) (string, error) {
	file := filepath.Join(b.folder, "production", "segue.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(file, []byte(rendered), 0o644); err != nil {
		return "", err
	}
	for _, args := range [][]string{{"add", "."}, {"commit", "--quiet", "--message", "Release"}, {"push", "--quiet", "origin", b.name}} {
		if _, err := b.git(ctx, args...); err != nil {
			return "", err
		}
	}
	return b.git(ctx, "rev-parse", "HEAD")
}

// revert takes the last release back.
func (b *branch) revert(ctx context.Context) (string, error) {
	for _, args := range [][]string{{"revert", "--no-edit", "HEAD"}, {"push", "--quiet", "origin", b.name}} {
		if _, err := b.git(ctx, args...); err != nil {
			return "", err
		}
	}
	return b.git(ctx, "rev-parse", "HEAD")
}

func (b *branch) git(ctx context.Context, args ...string) (string, error) {
	args = append([]string{"-c", "user.name=tests", "-c", "user.email=tests@segue.dev"}, args...)
	out, err := pipe(ctx, b.folder, nil, "git", args...)
	return strings.TrimSpace(string(out)), err
}

// released pushes a release and tells Argo CD of it. It gives the commit and
// when it was pushed.
func released(t *testing.T, version string, patches ...string) (string, time.Time) {
	t.Helper()
	commit, err := pushed.release(t.Context(), version, patches)
	if err != nil {
		t.Fatal(err)
	}
	refresh(t)
	return commit, time.Now()
}

// reverted takes the last release back and tells Argo CD of it.
func reverted(t *testing.T) (string, time.Time) {
	t.Helper()
	commit, err := pushed.revert(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	refresh(t)
	return commit, time.Now()
}
