package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding"
)

var errJSONTooLong = errors.New("JSON value too long")

// jsonText counts lines, and bounds what the decoder takes for one value.
type jsonText struct {
	r        io.Reader
	newlines int
	left     int
}

func (t *jsonText) Read(p []byte) (int, error) {
	if t.left <= 0 {
		return 0, errJSONTooLong
	}
	n, err := t.r.Read(p[:min(len(p), t.left)])
	t.left -= n
	t.newlines += bytes.Count(p[:n], []byte{'\n'})
	return n, err
}

// line returns the line that the decoder has come to.
func (m *mpdReader) line() int {
	rest, _ := io.ReadAll(m.dec.Buffered())
	return 1 + m.text.newlines - bytes.Count(rest, []byte{'\n'})
}

// refusal makes an error of the decoder a refusal with a line.
func (m *mpdReader) refusal(err error) error {
	var refused *Error
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &refused):
		return atLine(m.line(), err)
	case errors.Is(err, errJSONTooLong):
		return refuseLine(m.line(), "a value of more than %d MiB, or much white space: split the playlist, or write the JSON in a shorter form", maxJSON>>20)
	case errors.Is(err, encoding.ErrInvalidUTF8):
		return refuseLine(1+m.text.newlines, "not UTF-8: convert the dataset to UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return refuseLine(1+m.text.newlines, "the JSON ends too early: the download was probably cut short; get the dataset again")
	case errors.As(err, &syntax):
		return refuseLine(m.syntaxLine(), "not valid JSON (%s): correct it, or get the dataset again", strings.TrimPrefix(syntax.Error(), "json: "))
	}
	return err
}

// syntaxLine returns the line of a syntax error: the decoder still holds the
// text from the value on that has it.
func (m *mpdReader) syntaxLine() int {
	rest, _ := io.ReadAll(m.dec.Buffered())
	rest = bytes.TrimLeft(rest, ", \t\r\n")
	line := 1 + m.text.newlines - bytes.Count(rest, []byte{'\n'})
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(rest, new(any)), &syntax) {
		line += bytes.Count(rest[:syntax.Offset], []byte{'\n'})
	}
	return line
}

func wrongType(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return refuse("%q is a JSON %s in the playlist that starts here: it must be what the Million Playlist Dataset has there", wrong.Field, wrong.Value)
	}
	return refuse("the playlist that starts here is no object with \"tracks\": is this a slice of the Million Playlist Dataset?")
}
