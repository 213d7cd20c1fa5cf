package main

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxBody = 1 << 20 // bytes
	// maxLong is how many long bodies are read at a time: what a pod has memory
	// for beside its rules.
	maxLong = 32
	// promised is the longest body for which memory is taken before it comes.
	promised = 16 << 10
)

const example = `send a JSON object such as {"songs":["Yesterday"]}`

// readJSON reads the body, which must say that it is JSON, or nothing.
func readJSON(r *http.Request, long *limit) ([]byte, error) {
	if err := checkMedia(r.Header); err != nil {
		return nil, err
	}
	return readBody(r, long)
}

// checkMedia accepts JSON, and what sends JSON without saying so: no content
// type at all, and the one of a form, which is what wget and curl say of any
// data.
func checkMedia(header http.Header) error {
	for _, coding := range header.Values("Content-Encoding") {
		if coding != "" && !strings.EqualFold(coding, "identity") {
			return unsupportedMedia.errorf("the body is encoded as %s: send it as it is", coding)
		}
	}
	value := header.Get("Content-Type")
	if value == "" || value == "application/json" {
		return nil
	}
	switch media, _, _ := mime.ParseMediaType(value); media {
	case "application/json", "application/x-www-form-urlencoded":
		return nil
	}
	return unsupportedMedia.errorf("the content type is %s: send Content-Type: application/json", value)
}

// readBody reads a body. One that may be long is counted while it is read.
func readBody(r *http.Request, long *limit) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, oversize()
	}
	var body []byte
	var err error
	if r.ContentLength >= 0 && r.ContentLength <= promised {
		body = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, body)
	} else {
		if err := long.enter(); err != nil {
			return nil, err
		}
		defer long.leave()
		body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	}
	switch {
	case err != nil:
		return nil, malformed.errorf("the body did not arrive whole: send it again (%v)", err)
	case len(body) > maxBody:
		return nil, oversize()
	}
	return body, nil
}

func oversize() error {
	return tooLarge.errorf("the body is over 1 MiB (%d bytes): send fewer songs", maxBody)
}

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
