// Package variables reads what a program is told by environment variables.
package variables

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Read fills config, a pointer to a struct, from the environment, which is NAME=value each
// as os.Environ gives it. The fields' tags are those of caarlos0/env (no prefixes), and no
// two fields have the same name, at any depth. Where there is a default, an empty variable
// stands for it. The error names all variables that are wrong.
func Read(config any, environ []string) error {
	err := env.ParseWithOptions(config, env.Options{Environment: env.ToMap(environ)})
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

// variable returns the variable of the field of that name, at any depth of config.
func variable(config reflect.Type, field string) string {
	for f := range config.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("env"), ",")
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
