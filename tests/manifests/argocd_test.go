package manifests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"sigs.k8s.io/yaml"
)

// TestHealth runs the script as Argo CD does: the object is the global obj.
func TestHealth(t *testing.T) {
	script, err := os.ReadFile(filepath.Join(root, "knative/argocd/health/health.lua"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ status, health, message string }{
		"new":              {``, "Progressing", "no condition Ready yet"},
		"ready":            {`{"observedGeneration": 2, "conditions": [{"type": "Addressable", "status": "False"}, {"type": "Ready", "status": "True"}]}`, "Healthy", ""},
		"of an older spec": {`{"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}]}`, "Progressing", "generation 2 is not observed yet"},
		"not ready":        {`{"conditions": [{"type": "Ready", "status": "False", "reason": "NoBroker", "message": "the broker is gone"}]}`, "Degraded", "the broker is gone"},
		"not known":        {`{"conditions": [{"type": "Ready", "status": "Unknown", "reason": "Deploying"}]}`, "Progressing", "Deploying"},
	} {
		t.Run(name, func(t *testing.T) {
			object := map[string]any{"metadata": map[string]any{"generation": 2.0}}
			if c.status != "" {
				var status any
				if err := json.Unmarshal([]byte(c.status), &status); err != nil {
					t.Fatal(err)
				}
				object["status"] = status
			}
			state := lua.NewState()
			defer state.Close()
			state.SetGlobal("obj", luaValue(state, object))
			if err := state.DoString(string(script)); err != nil {
				t.Fatal(err)
			}
			got := state.Get(-1)
			if health, message := state.GetField(got, "status").String(), state.GetField(got, "message").String(); health != c.health || message != c.message {
				t.Errorf("%s: %q, want %s: %q", health, message, c.health, c.message)
			}
		})
	}
}

// luaValue gives what JSON decodes into as Lua sees it.
func luaValue(state *lua.LState, value any) lua.LValue {
	switch v := value.(type) {
	case string:
		return lua.LString(v)
	case float64:
		return lua.LNumber(v)
	case []any:
		table := state.NewTable()
		for _, element := range v {
			table.Append(luaValue(state, element))
		}
		return table
	case map[string]any:
		table := state.NewTable()
		for key, element := range v {
			table.RawSetString(key, luaValue(state, element))
		}
		return table
	}
	return lua.LNil
}

// TestProject lets Argo CD apply every kind that an overlay has.
func TestProject(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, "knative/argocd/project.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	type kind struct{ Group, Kind string }
	var project struct {
		Spec struct{ ClusterResourceWhitelist, NamespaceResourceWhitelist []kind }
	}
	if err := yaml.Unmarshal(content, &project); err != nil {
		t.Fatal(err)
	}
	allowed := slices.Concat(project.Spec.ClusterResourceWhitelist, project.Spec.NamespaceResourceWhitelist)
	for group := range kinds {
		version, name, _ := strings.Cut(group, " ")
		group, _, grouped := strings.Cut(version, "/")
		if !grouped {
			group = "" // Kubernetes' core
		}
		if !slices.Contains(allowed, kind{group, name}) {
			t.Errorf("the AppProject does not allow %q %s", group, name)
		}
	}
	if len(allowed) != len(kinds) {
		t.Errorf("the AppProject allows %d kinds, the overlays have %d", len(allowed), len(kinds))
	}
}
