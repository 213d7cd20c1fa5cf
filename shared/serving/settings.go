package serving

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

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

// variable is the one that sets the field of that name, wherever in config it is. No two
// fields have the same name.
func variable(config reflect.Type, field string) string {
	for f := range config.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("env"), ",")
		if name == "" && f.Type.Kind() == reflect.Struct {
			name = variable(f.Type, field)
		} else if f.Name != field {
			name = ""
		}
		if name != "" {
			return name
		}
	}
	return ""
}
