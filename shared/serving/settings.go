package serving

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/sethvargo/go-envconfig"
)

// readSettings fills config, a pointer to a struct, from the environment.
// Errors name the variable that is wrong.
func readSettings(ctx context.Context, config any) error {
	err := envconfig.Process(ctx, config)
	if err == nil {
		return nil
	}
	for path, variable := range variables(reflect.TypeOf(config).Elem(), "") {
		if reason, found := strings.CutPrefix(err.Error(), path); found {
			return errors.New(variable + ": " + reason)
		}
	}
	return err
}

// variables maps the way to each field, as envconfig writes it in its errors
// ("Serving: Port: "), to the variable that sets the field.
func variables(config reflect.Type, way string) map[string]string {
	found := map[string]string{}
	for field := range config.Fields() {
		path := way + field.Name + ": "
		if variable, _, _ := strings.Cut(field.Tag.Get("env"), ","); variable != "" {
			found[path] = variable
		} else if field.Type.Kind() == reflect.Struct {
			for p, v := range variables(field.Type, path) {
				found[p] = v
			}
		}
	}
	return found
}
