// Package variables reads what a program is told by environment variables.
package variables

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/caarlos0/env/v11"
)

// Read fills config, a pointer to a struct whose fields' tags are those of caarlos0/env,
// from the environment; nil stands for the process's own. An empty variable is as good as
// none. The error names all variables that are wrong.
func Read(config any, environment map[string]string) error {
	err := env.ParseWithOptions(config, env.Options{Environment: environment})
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	named := make([]error, len(all.Errors))
	for n, err := range all.Errors {
		named[n] = err
		var wrong env.ParseError
		if errors.As(err, &wrong) { // it names the field
			named[n] = fmt.Errorf("%s: %w", variable(reflect.TypeOf(config).Elem(), wrong.Name), wrong.Err)
		}
	}
	return errors.Join(named...)
}

// variable returns the variable of the field of that name, at any depth of config. Names
// must be unique.
func variable(config reflect.Type, field string) string {
	for f := range config.Fields() {
		name := f.Tag.Get("env")
		if name == "" && f.Type.Kind() == reflect.Struct {
			name = variable(f.Type, field)
		} else if f.Name != field {
			continue
		}
		if name != "" {
			return name
		}
	}
	return ""
}
