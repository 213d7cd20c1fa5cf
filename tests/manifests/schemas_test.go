package manifests

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
	"sigs.k8s.io/yaml"
)

// definitions are where Knative's modules keep their CustomResourceDefinitions.
var definitions = map[string]string{
	"knative.dev/serving":  "config/core/300-resources/*.yaml",
	"knative.dev/eventing": "config/core/resources/*.yaml",
}

// schemas gives the schemas of Knative's pinned modules by "group/version
// Kind". An API server checks objects against them and drops what they do not
// name; here, what they do not name is refused.
var schemas = sync.OnceValues(func() (map[string]*spec.Schema, error) {
	all := map[string]*spec.Schema{}
	for module, files := range definitions {
		folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		if err != nil {
			return nil, fmt.Errorf("find module %s: %w", module, err)
		}
		paths, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(folder)), files))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			if err := readDefinition(path, all); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return all, nil
})

func readDefinition(path string, all map[string]*spec.Schema) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var definition apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(bytes.TrimSpace(content), &definition); err != nil {
		return err
	}
	for _, version := range definition.Spec.Versions {
		data, err := json.Marshal(version.Schema.OpenAPIV3Schema)
		if err != nil {
			return err
		}
		schema := new(spec.Schema)
		if err := json.Unmarshal(data, schema); err != nil {
			return err
		}
		for _, common := range []string{"apiVersion", "kind", "metadata"} {
			schema.SetProperty(common, spec.Schema{})
		}
		refuseUnknown(schema)
		all[definition.Spec.Group+"/"+version.Name+" "+definition.Spec.Names.Kind] = schema
	}
	return nil
}

// refuseUnknown closes every object of a schema that does not ask to be open.
func refuseUnknown(schema *spec.Schema) {
	for name, property := range schema.Properties {
		refuseUnknown(&property)
		schema.Properties[name] = property
	}
	if schema.Items != nil && schema.Items.Schema != nil {
		refuseUnknown(schema.Items.Schema)
	}
	if schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil {
		refuseUnknown(schema.AdditionalProperties.Schema)
	}
	open, _ := schema.Extensions.GetBool("x-kubernetes-preserve-unknown-fields")
	if len(schema.Properties) > 0 && schema.AdditionalProperties == nil && !open {
		schema.AdditionalProperties = &spec.SchemaOrBool{Allows: false}
	}
}

// fits checks an object of Knative's, as JSON, against the schema of its kind.
func fits(kind string, data []byte) error {
	all, err := schemas()
	if err != nil {
		return err
	}
	schema, known := all[kind]
	if !known {
		if strings.Contains(kind, "knative.dev/") {
			return errors.New("Knative defines no " + kind)
		}
		return nil
	}
	var object any
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	return validate.NewSchemaValidator(schema, nil, "", strfmt.Default).Validate(object).AsError()
}

func TestSchemas(t *testing.T) {
	for name, c := range map[string]struct{ kind, object, want string }{
		"what fits":                 {"sources.knative.dev/v1 PingSource", `{"metadata": {"name": "p"}, "spec": {"schedule": "* * * * *"}}`, ""},
		"a wrong type":              {"sources.knative.dev/v1 PingSource", `{"spec": {"schedule": 5}}`, "spec.schedule"},
		"an unknown field":          {"sinks.knative.dev/v1alpha1 JobSink", `{"spec": {"jobs": {}}}`, "spec.jobs"},
		"an unknown field, deep":    {"serving.knative.dev/v1 Service", `{"spec": {"template": {"spec": {"containers": [{"img": "x"}]}}}}`, "img"},
		"a version that is none":    {"eventing.knative.dev/v2 Broker", `{}`, "defines no"},
		"a kind of Kubernetes' own": {"apps/v1 Deployment", `{"spec": 5}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := fits(c.kind, []byte(c.object))
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}
