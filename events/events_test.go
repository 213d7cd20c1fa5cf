package events

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
)

var update = flag.Bool("update", false, "write the schemas anew")

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// examples has one good event of each type.
func examples() []Data {
	snapshot := Snapshot{Dataset: "playlists", URL: "https://example.com/p.csv", Digest: digest, Bytes: 7, Key: "datasets/0123", Generation: 2, DetectedAt: now}
	return []Data{
		DatasetChanged{Snapshot: snapshot, Rules: "abc", Attempt: 1},
		DatasetRejected{Snapshot: snapshot, Reason: "line 3: …"},
		RulesPublished{
			Dataset: "playlists", Digest: digest, Generation: 2, Rules: "abc", Key: "rules/abc", Bytes: 9,
			Counts:     Counts{Playlists: 1, Tracks: 2, Entries: 3, Antecedents: 4, Rules: 5},
			Parameters: map[string]string{"MIN_SUPPORT": "2"}, Seconds: map[string]float64{"mine": 0.5}, PublishedAt: now,
		},
		TrainingFailed{Dataset: "playlists", Digest: digest, Generation: 2, Rules: "abc", Reason: "no rules", Attempt: 3},
	}
}

// TestSchemas holds the committed schemas and the types together: a change of
// a type that readers can see is a new version.
func TestSchemas(t *testing.T) {
	for _, data := range examples() {
		reflector := jsonschema.Reflector{Anonymous: true, DoNotReference: true, AllowAdditionalProperties: true}
		schema := reflector.ReflectFromType(reflect.TypeOf(data))
		schema.ID = jsonschema.ID(schemaURL + data.Type() + ".json")
		got, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		file := "schema/" + data.Type() + ".json"
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from its type: %s", file, cmp.Diff(string(want), string(got)))
		}
	}
}

// TestRequiredFields empties each field in turn: what the schema requires,
// Validate must miss.
func TestRequiredFields(t *testing.T) {
	optional := []string{"Bytes of Snapshot", "Counts", "Parameters", "Quality", "Seconds", "PublishedAt", "DetectedAt"}
	for _, data := range examples() {
		if err := data.Validate(); err != nil {
			t.Errorf("%s: good example: %v", data.Type(), err)
		}
		forEachField(reflect.ValueOf(data), func(name string, emptied Data) {
			wanted := true
			for _, o := range optional {
				wanted = wanted && o != name && o != name+" of Snapshot"
			}
			if _, published := data.(RulesPublished); name == "Bytes" && published {
				wanted = true
			}
			if err := emptied.Validate(); (err != nil) != wanted {
				t.Errorf("%s without %s: error is %v, want one: %v", data.Type(), name, err, wanted)
			}
		})
	}
}

// forEachField calls f with a copy of data for each field, that field emptied.
func forEachField(data reflect.Value, f func(name string, emptied Data)) {
	for _, field := range reflect.VisibleFields(data.Type()) {
		if field.Anonymous {
			continue
		}
		emptied := reflect.New(data.Type()).Elem()
		emptied.Set(data)
		emptied.FieldByIndex(field.Index).SetZero()
		f(field.Name, emptied.Interface().(Data))
	}
}

func TestIdentities(t *testing.T) {
	seen := map[string]bool{}
	for _, data := range examples() {
		e, err := New(data)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Validate(); err != nil {
			t.Error(err)
		}
		again, _ := New(data)
		if e.ID() != again.ID() || seen[e.Source()+e.Type()+e.ID()] {
			t.Errorf("id %q is not deterministic or not unique", e.ID())
		}
		seen[e.Source()+e.Type()+e.ID()] = true
		if !strings.HasSuffix(e.DataSchema(), "/"+data.Type()+".json") || e.Subject() != "playlists" {
			t.Errorf("event is %s", e)
		}
	}
}

func TestNewRefusesWhatIsNotValid(t *testing.T) {
	if _, err := New(TrainingFailed{}); err == nil || !strings.Contains(err.Error(), `"dataset" is missing`) {
		t.Errorf("error is %v", err)
	}
}
