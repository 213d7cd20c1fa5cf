package main

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"unicode/utf8"
)

// object is a JSON object of which some fields are taken out.
type object map[string]json.RawMessage

func parseObject(body []byte) (object, error) {
	if len(body) == 0 {
		return nil, malformed.errorf("the body is empty: %s", example)
	}
	if at := invalidUTF8(body); at >= 0 {
		return nil, malformed.errorf("the body is not UTF-8 at byte %d: encode it as UTF-8", at+1)
	}
	var whole json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		return nil, notJSON(err, len(body))
	}
	if whole[0] != '{' {
		return nil, malformed.errorf("the body is %s: %s", kindOf(whole), example)
	}
	var fields object
	err := json.Unmarshal(whole, &fields)
	return fields, err
}

func notJSON(err error, length int) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return malformed.errorf("the body is not JSON, at byte %d of %d: %v: %s", syntax.Offset, length, err, example)
	}
	return malformed.errorf("the body is not JSON: %v: %s", err, example)
}

// invalidUTF8 is the index of the first byte that is not UTF-8, or -1.
func invalidUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// take removes a field and returns it. A field that is null counts as left
// out, as many clients write what they do not have.
func (o object) take(name string) (value json.RawMessage, given bool) {
	value, given = o[name]
	delete(o, name)
	return value, given && value[0] != 'n'
}

// rest is the first, by name, of the fields that nobody took.
func (o object) rest() (name string, found bool) {
	if len(o) == 0 {
		return "", false
	}
	return slices.Min(slices.Collect(maps.Keys(o))), true
}

// kindOf says what sort of JSON value it is.
func kindOf(value json.RawMessage) string {
	switch value[0] {
	case '"':
		return "a string"
	case '{':
		return "an object"
	case '[':
		return "a list"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}
