package serving

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/caarlos0/env/v11"
)

// readSettings fills config, a pointer to a struct, from the environment.
// Errors name the variables that are wrong.
func readSettings(config any) error {
	err := env.Parse(config)
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
