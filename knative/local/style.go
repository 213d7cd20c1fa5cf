package main

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// style turns records into lines like
//
//	15:04:05 dataset-check  dataset fetched     bytes=1.6 MB digest=ab12cd34…
type style struct {
	color     bool
	nameWidth int
}

const (
	dim    = "2"
	red    = "1;31"
	yellow = "33"
)

func (s style) paint(code, text string) string {
	if !s.color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

var paint = regexp.MustCompile("\x1b\\[[0-9;]*m")

// printed returns how many columns a line takes.
func printed(line string) int { return utf8.RuneCountInString(paint.ReplaceAllString(line, "")) }

// record returns the line for r, without its end.
func (s style) record(name string, r record) string {
	message, attributes := fmt.Sprintf("%-18s", r.message), s.attributes(r)
	switch r.level {
	case "ERROR":
		message = s.paint(red, "ERROR "+message)
	case "WARN":
		message = s.paint(yellow, "WARN "+message)
	}
	head := r.time.Local().Format("15:04:05") + " " + s.name(name)
	return s.paint(dim, head) + "  " + strings.TrimRight(message+" "+attributes, " ")
}

// plain returns the line for output that is no record.
func (s style) plain(name string, line []byte) string {
	return s.paint(dim, "         "+s.name(name)) + "  " + string(line)
}

func (s style) name(name string) string { return fmt.Sprintf("%-*s", s.nameWidth, name) }

func (s style) attributes(r record) string {
	if r.isProgress() {
		done, total := r.number("done"), r.number("total")
		return fmt.Sprintf("%3.0f %%  %s of %s", math.Floor(100*done/total), thousands(int64(done)), thousands(int64(total)))
	}
	var parts []string
	for _, a := range r.attributes {
		parts = append(parts, s.paint(dim, a.key+"=")+value(a))
	}
	return strings.Join(parts, " ")
}

// value returns an attribute's value for a person: sizes with a unit, long
// numbers grouped, digests cut short.
func value(a attribute) string {
	var v any
	if err := json.Unmarshal(a.value, &v); err != nil {
		return string(a.value)
	}
	switch v := v.(type) {
	case string:
		return text(v)
	case float64:
		if a.key == "bytes" || strings.HasSuffix(a.key, "_bytes") {
			return size(v)
		}
		return number(v)
	}
	return shortDigests(string(a.value))
}

// text quotes what would not read as one word.
func text(s string) string {
	s = shortDigests(s)
	if s == "" || strings.ContainsAny(s, " \t\r\n\"=") {
		return strconv.Quote(s)
	}
	return s
}

var digest = regexp.MustCompile(`(?:sha256:)?\b([0-9a-f]{8})[0-9a-f]{24,}\b`)

func shortDigests(s string) string { return digest.ReplaceAllString(s, "$1…") }

func number(v float64) string {
	switch {
	case v == math.Trunc(v) && math.Abs(v) < 1e15:
		return thousands(int64(v))
	case math.Abs(v) >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// thousands groups digits.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size returns bytes in decimal units.
func size(bytes float64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	unit := 0
	for ; bytes >= 999.5 && unit < len(units)-1; unit++ {
		bytes /= 1000
	}
	if unit == 0 || bytes >= 99.5 {
		return fmt.Sprintf("%.0f %s", bytes, units[unit])
	}
	return fmt.Sprintf("%.1f %s", bytes, units[unit])
}
