// Package layers tests who imports whom.
package layers

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "segue.dev/"

// pkg is what go list says of a package.
type pkg struct {
	ImportPath string

	Imports []string
}

func packages(t *testing.T) (list []pkg) {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p pkg
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module)
		list = append(list, p)
	}
	return list
}

// only says who alone may import what begins with a path.
var only = map[string][]string{
	"github.com/aws/":         {"shared/store"},
	"github.com/cloudevents/": {"events", "knative/local", "tests"},
	"github.com/versity/":     {"knative/local/s3server"},
	module + "knative/":       {"knative/", "tests"},
	module + "functions/":     {},
	module + "tests/":         {"tests"},
}

func TestLayers(t *testing.T) {
	list := packages(t)
	if len(list) < 8 {
		t.Fatalf("go list gave %d packages", len(list))
	}
	for _, p := range list {
		for _, imported := range p.Imports {
			if fault := fault(p.ImportPath, imported); fault != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, fault)
			}
		}
	}
}

// fault says why an import breaks the layers; "" if it does not.
func fault(importer, imported string) string {
	for path, importers := range only {
		if strings.HasPrefix(imported, path) && !slices.ContainsFunc(importers, func(i string) bool { return strings.HasPrefix(importer, i) }) {
			return "only " + strings.Join(importers, ", ") + " may"
		}
	}
	first, _, _ := strings.Cut(imported, "/")
	own := strings.HasPrefix(imported, module)
	switch {
	case importer == "shared/mining" && strings.Contains(first, "."):
		return "mining needs the standard library alone"
	case strings.HasPrefix(importer, "shared/") && own && !strings.HasPrefix(imported, module+"shared/"):
		return "shared code knows no function and no event"
	case importer == "events" && own:
		return "events stand alone"
	}
	return ""
}

// TestFaultsAreSeen breaks every rule once.
func TestFaultsAreSeen(t *testing.T) {
	for _, c := range [][2]string{
		{"functions/trainer", "github.com/aws/aws-sdk-go-v2/service/s3"},
		{"functions/trainer", "github.com/cloudevents/sdk-go/v2"},
		{"functions/trainer", module + "functions/recommender"},
		{"functions/trainer", module + "knative/local/s3server"},
		{"shared/mining", "golang.org/x/text/cases"},
		{"shared/mining", module + "shared/catalog"},
		{"shared/rules", module + "events"},
		{"events", module + "shared/store"},
	} {
		if fault(c[0], c[1]) == "" {
			t.Errorf("%s may import %s", c[0], c[1])
		}
	}
	if f := fault("functions/trainer", module+"shared/store"); f != "" {
		t.Error(f)
	}
}
