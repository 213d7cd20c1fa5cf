package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// record is one line of a function's JSON log.
type record struct {
	time       time.Time
	level      string
	message    string
	attributes []attribute // in their order in the line
}

// attribute is one further member of the line; its value is JSON.
type attribute struct {
	key   string
	value json.RawMessage
}

// parseRecord reads a line as slog's JSON handler writes it. It reports false
// for any other line.
func parseRecord(line []byte) (record, bool) {
	var r record
	decoder := json.NewDecoder(bytes.NewReader(line))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return r, false
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return r, false
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return r, false
		}
		if err := r.set(key.(string), value); err != nil {
			return r, false
		}
	}
	return r, !r.time.IsZero() && r.message != ""
}

func (r *record) set(key string, value json.RawMessage) error {
	switch key {
	case "time":
		return json.Unmarshal(value, &r.time)
	case "level":
		return json.Unmarshal(value, &r.level)
	case "msg":
		return json.Unmarshal(value, &r.message)
	case "function": // the line's name says it
		return nil
	}
	r.attributes = append(r.attributes, attribute{key, value})
	return nil
}

// number returns the attribute of that key, or 0.
func (r record) number(key string) float64 {
	var number float64
	for _, a := range r.attributes {
		if a.key == key && json.Unmarshal(a.value, &number) == nil {
			return number
		}
	}
	return 0
}

// isProgress tells whether the record says how much of something is done.
func (r record) isProgress() bool { return r.message == "mining" && r.number("total") > 0 }

// content returns what the record tells, which is the same for one that tells it
// again at another time, or how it went on.
func (r record) content() string {
	if r.isProgress() {
		return r.message
	}
	return fmt.Sprintf("%s %s %s", r.level, r.message, r.attributes)
}
