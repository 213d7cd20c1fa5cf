package manifests

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
)

const root = "../.."

var functions = []string{"functions/dataset-check", "functions/trainer", "functions/recommender"}

// readBy is what each function's configuration knows.
func readBy(t *testing.T) map[string][]string {
	t.Helper()
	read := map[string][]string{}
	for _, f := range functions {
		names, err := variables(root, f)
		if err != nil || len(names) < 5 {
			t.Fatal(f, names, err)
		}
		read[f] = names
	}
	return read
}

// tops are the kustomizations that people build: every overlay, and the dev
// overlay with every component.
func tops(t *testing.T) map[string]string {
	t.Helper()
	tops := map[string]string{"base": "resources: [knative/base]", "e2e": "resources: [tests/e2e/overlay]"}
	for folder, form := range map[string]string{
		"overlays":   "resources: [knative/overlays/NAME]",
		"components": "resources: [knative/overlays/dev]\ncomponents: [knative/components/NAME]",
	} {
		entries, err := os.ReadDir(filepath.Join(root, "knative", folder))
		if err != nil || len(entries) == 0 {
			t.Fatal(folder, err)
		}
		for _, e := range entries {
			tops[folder+"/"+e.Name()] = strings.ReplaceAll(form, "NAME", e.Name()) + "\nnamespace: elsewhere\n"
		}
	}
	return tops
}

// TestManifests checks all that can be deployed.
func TestManifests(t *testing.T) {
	read := readBy(t)
	for name, top := range tops(t) {
		t.Run(name, func(t *testing.T) {
			for _, fault := range check(read, top, func(_ string, content []byte) []byte { return content }) {
				t.Error(fault)
			}
		})
	}
}

// check gives everything that is wrong with a kustomization.
func check(read map[string][]string, top string, change func(string, []byte) []byte) []string {
	built, err := BuildChanged(root, top, change)
	if err != nil {
		return []string{err.Error()}
	}
	all, err := decode(built)
	if err != nil {
		return []string{err.Error()}
	}
	return append(faults(root, all), variableFaults(read, all)...)
}

// TestFunctions finds a function's folder, Service and image under one name.
func TestFunctions(t *testing.T) {
	built, err := Build(root, "resources: [knative/base]")
	if err != nil {
		t.Fatal(err)
	}
	all, err := decode(built)
	if err != nil {
		t.Fatal(err)
	}
	images := map[string]string{}
	each(all, func(s *servingv1.Service) { images[s.Name] = s.Spec.Template.Spec.Containers[0].Image })
	entries, err := os.ReadDir(filepath.Join(root, "functions"))
	if err != nil || len(entries) != len(images) {
		t.Errorf("%d folders, %d Services: %v", len(entries), len(images), err)
	}
	for _, e := range entries {
		if want := module + "functions/" + e.Name(); images[e.Name()] != want {
			t.Errorf("Service %s runs %q, not %s", e.Name(), images[e.Name()], want)
		}
	}
}

// TestFaultsAreSeen breaks a manifest in every way that is checked.
func TestFaultsAreSeen(t *testing.T) {
	read := readBy(t)
	const trainer, trigger = "knative/base/trainer/service.yaml", "knative/base/trainer/trigger.yaml"
	for name, c := range map[string]struct{ file, old, new, want string }{
		"a field that does not exist": {trainer, "containerConcurrency:", "containerConcurency:", "unknown field"},
		"a value out of bounds":       {trainer, "timeoutSeconds: 600", "timeoutSeconds: 6000", "timeoutSeconds"},
		"root":                        {trainer, "runAsNonRoot: true", "runAsNonRoot: false", "may run as root"},
		"a token":                     {trainer, "automountServiceAccountToken: false", "automountServiceAccountToken: true", "automountServiceAccountToken"},
		"a function that is none":     {trainer, "functions/trainer", "functions/trainr", "no program of ours"},
		"a variable nobody reads":     {trainer, "LOG_LEVEL", "LOGLEVEL", "does not read LOGLEVEL"},
		"a setting nobody reads":      {"knative/base/training.env", "MIN_SUPPORT", "MINIMUM_SUPPORT", "no function reads MINIMUM_SUPPORT"},
		"a ConfigMap that is missing": {trainer, "name: training", "name: trainings", "no ConfigMap trainings"},
		"a Broker that is missing":    {trigger, "broker: default", "broker: other", "no Broker other"},
		"a subscriber missing":        {trigger, "kind: Service\n      name: trainer", "kind: Service\n      name: coach", "sends to what does not exist"},
		"an event that nobody sends":  {trigger, "dataset.changed.v1", "dataset.changed.v2", "which nobody sends"},
		"a wrong schedule":            {"knative/base/dataset-check/pingsource.yaml", "*/5 * * * *", "*/5 * * *", "schedule"},
		"a wrong backoff":             {trigger, "backoffDelay: PT1S", "backoffDelay: 1s", "backoffDelay"},
		"an undeclared event":         {"knative/base/trainer/eventtypes.yaml", "dev.segue.training.failed.v1", "dev.segue.training.failed.v2", "EventTypes are"},
		"a patch of nothing":          {"knative/components/keep-warm/kustomization.yaml", "name: recommender", "name: recomender", "no matches"},
	} {
		t.Run(name, func(t *testing.T) {
			touched := false
			found := strings.Join(check(read, "resources: [knative/base]\ncomponents: [knative/components/keep-warm]", func(path string, content []byte) []byte {
				if path != c.file {
					return content
				}
				changed := bytes.ReplaceAll(content, []byte(c.old), []byte(c.new))
				touched = !bytes.Equal(changed, content)
				return changed
			}), "\n")
			if !touched || !strings.Contains(found, c.want) {
				t.Errorf("touched %v, want %q, found: %s", touched, c.want, found)
			}
		})
	}
}
