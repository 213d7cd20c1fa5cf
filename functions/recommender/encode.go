package main

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"
)

// appendJSON appends the answer as encoding/json would write it, without the
// escapes that are for HTML, and a newline. Nearly all of what this program
// sends are answers.
func (a *answer) appendJSON(b []byte) []byte {
	b = appendStrings(append(b, `{"songs":`...), a.Songs)
	b = append(b, `,"recommendations":[`...)
	for i := range a.Recommendations {
		if i > 0 {
			b = append(b, ',')
		}
		b = a.Recommendations[i].appendJSON(b)
	}
	b = append(b, `],"unknown":[`...)
	for i, sent := range a.Unknown {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendCompact(b, sent)
	}
	b = append(b, ']')
	b = appendOptional(b, `,"fallback":`, a.Fallback)
	b = appendString(append(b, `,"version":`...), a.Version)
	b = appendString(append(b, `,"model_date":`...), a.ModelDate)
	b = appendString(append(b, `,"rules":{"id":`...), a.Rules.ID)
	b = appendString(append(b, `,"dataset":`...), a.Rules.Dataset)
	return append(b, "}}\n"...)
}

func (r *recommendation) appendJSON(b []byte) []byte {
	b = appendString(append(b, `{"track":`...), r.Track)
	b = appendOptional(b, `,"artist":`, r.Artist)
	b = appendOptional(b, `,"uri":`, r.URI)
	b = appendFloat(append(b, `,"score":`...), float64(r.Score), 32)
	b = append(b, `,"because":[`...)
	for i := range r.Because {
		if i > 0 {
			b = append(b, ',')
		}
		b = r.Because[i].appendJSON(b)
	}
	return append(b, "]}"...)
}

func (r *reason) appendJSON(b []byte) []byte {
	b = appendStrings(append(b, `{"songs":`...), r.Songs)
	if len(r.Artists) > 0 {
		b = appendStrings(append(b, `,"artists":`...), r.Artists)
	}
	b = appendOptional(b, `,"consequent":`, r.Consequent)
	b = strconv.AppendInt(append(b, `,"support":`...), int64(r.Support), 10)
	b = appendFloat(append(b, `,"confidence":`...), r.Confidence, 64)
	b = appendFloat(append(b, `,"lift":`...), r.Lift, 64)
	return append(b, '}')
}

func appendOptional(b []byte, field, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(append(b, field...), value)
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

// appendString leaves what is not plain to encoding/json, which knows what to
// escape.
func appendString(b []byte, s string) []byte {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c == '"' || c == '\\' || c == 0xe2: // which begins U+2028, too
			return appendSpecial(b, s)
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	if !ascii && !utf8.ValidString(s) {
		return appendSpecial(b, s)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendSpecial(b []byte, s string) []byte {
	w := sliceWriter{b}
	encoder := json.NewEncoder(&w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s)   // a string: cannot fail
	return w.b[:len(w.b)-1] // without the newline
}

// appendCompact drops white space, as encoding/json does.
func appendCompact(b []byte, sent json.RawMessage) []byte {
	if sent[0] == '"' {
		return append(b, sent...)
	}
	var compact bytes.Buffer
	_ = json.Compact(&compact, sent) // it was read already
	return append(b, compact.Bytes()...)
}

type sliceWriter struct{ b []byte }

func (w *sliceWriter) Write(p []byte) (int, error) {
	w.b = append(w.b, p...)
	return len(p), nil
}

// appendFloat writes a finite number as ECMAScript does, which is what
// encoding/json does.
func appendFloat(b []byte, f float64, size int) []byte {
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (size == 64 && (abs < 1e-6 || abs >= 1e21) || size == 32 && (float32(abs) < 1e-6 || float32(abs) >= 1e21)) {
		format = 'e'
	}
	b = strconv.AppendFloat(b, f, format, -1, size)
	if n := len(b); format == 'e' && n >= 4 && b[n-4] == 'e' && (b[n-3] == '-' || b[n-3] == '+') && b[n-2] == '0' {
		b[n-2] = b[n-1] // e-09 is written e-9
		b = b[:n-1]
	}
	return b
}
