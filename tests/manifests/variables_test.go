package manifests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// foreign are variables that Go and a function's dependencies read by themselves.
var foreign = regexp.MustCompile(`^(AWS_[A-Z0-9_]+|GOMEMLIMIT)$`)

var envTag = regexp.MustCompile("`env:\"([A-Z0-9_]+)")

// variables gives the names in the configuration structs of a program: its own
// and those of the project's packages that it imports.
func variables(root, program string) ([]string, error) {
	list := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}} {{.Dir}}{{end}}", "./"+program)
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", program, err)
	}
	var names []string
	for line := range strings.Lines(string(out)) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.HasPrefix(path, "segue.dev/") {
			continue
		}
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			for _, match := range envTag.FindAllSubmatch(source, -1) {
				if !strings.HasSuffix(file, "_test.go") {
					names = append(names, string(match[1]))
				}
			}
		}
	}
	return names, nil
}

// variableFaults compares what the manifests set with what the functions read:
// a function's own variables with its own struct, and each key of a shared
// ConfigMap with all functions that get it.
func variableFaults(read map[string][]string, all objects) (found []string) {
	users := map[string][]string{} // of a key of a ConfigMap: what is read by whoever gets it
	for name, pod := range all.pods() {
		for _, c := range pod.Containers {
			program := strings.TrimPrefix(c.Image, module)
			known, ours := read[program]
			if !ours {
				continue
			}
			for _, e := range c.Env {
				if !slices.Contains(known, e.Name) && !foreign.MatchString(e.Name) {
					found = append(found, fmt.Sprintf("%s: %s does not read %s", name, program, e.Name))
				}
			}
			for _, from := range c.EnvFrom {
				if from.ConfigMapRef != nil {
					users[from.ConfigMapRef.Name] = append(users[from.ConfigMapRef.Name], known...)
				}
			}
		}
	}
	each(all, func(m *corev1.ConfigMap) {
		for key := range m.Data {
			if !slices.Contains(users[m.Name], key) && !foreign.MatchString(key) {
				found = append(found, fmt.Sprintf("ConfigMap %s: no function reads %s", m.Name, key))
			}
		}
	})
	slices.Sort(found)
	return found
}
