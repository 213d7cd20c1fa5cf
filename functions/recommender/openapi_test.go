package main

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"path"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

func TestDescriptionIsWholeAndRight(t *testing.T) {
	doc := describedAPI(t)
	if err := doc.Validate(t.Context()); err != nil { // examples, too
		t.Error(err)
	}
	var described, served []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	for _, r := range new(api).routes() {
		served = append(served, r.method+" "+r.path)
	}
	slices.Sort(described)
	slices.Sort(served)
	if diff := cmp.Diff(served, described); diff != "" {
		t.Errorf("openapi.json and the routes differ (-routes +openapi):\n%s", diff)
	}
	for _, p := range problemTypes {
		example := doc.Components.Responses[p.name].Value.Content["application/problem+json"].Example.(map[string]any)
		want := p.errorf("")
		if example["type"] != want.Type || example["title"] != want.Title || example["status"] != float64(want.Status) {
			t.Errorf("the example of %s is %v, want %+v", p.name, example, want)
		}
	}
	if len(doc.Components.Responses) != len(problemTypes) {
		t.Errorf("%d responses described, %d problem types", len(doc.Components.Responses), len(problemTypes))
	}
}

// describedAPI is what openapi.json says.
func describedAPI(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(openapiJSON)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// validate compares an answer with what doc says of it.
func validate(doc *openapi3.T, method, target string, got response) error {
	described, err := describedResponse(doc, method, target, got)
	if err != nil {
		return err
	}
	media, _, err := mime.ParseMediaType(got.header.Get("Content-Type"))
	if err != nil {
		return err
	}
	content := described.Content[media]
	if content == nil {
		return errors.New("undescribed content type " + media)
	}
	for name := range described.Headers {
		if got.header.Get(name) == "" {
			return errors.New("no header " + name)
		}
	}
	if media == "text/plain" || method == http.MethodHead {
		return nil
	}
	var value any
	if err := json.Unmarshal(got.body, &value); err != nil {
		return err
	}
	return content.Schema.Value.VisitJSON(value, openapi3.VisitAsResponse())
}

// describedResponse finds what doc says of an answer: under its path, or, for
// paths and methods that are not described, under its problem's type.
func describedResponse(doc *openapi3.T, method, target string, got response) (*openapi3.Response, error) {
	if item := doc.Paths.Value(target); item != nil {
		if method == http.MethodHead {
			method = http.MethodGet
		}
		if operation := item.GetOperation(method); operation != nil {
			if described := operation.Responses.Status(got.status); described != nil {
				return described.Value, nil
			}
			return nil, errors.New("undescribed status")
		}
	}
	var p problem
	if err := json.Unmarshal(got.body, &p); err != nil {
		return nil, err
	}
	if described := doc.Components.Responses[path.Base(p.Type)]; described != nil {
		return described.Value, nil
	}
	return nil, errors.New("undescribed type " + p.Type)
}
