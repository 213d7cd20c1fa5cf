package main

import (
	"bytes"
	"encoding/json"
	"sync"

	"github.com/valyala/fasthttp"
)

// A document is sent as it is.
type document struct {
	contentType string
	body        []byte
}

func sending(d document) endpoint {
	return func(*fasthttp.RequestCtx) (any, error) { return d, nil }
}

// reply makes the answer of the result, or of the problem that err is.
func reply(c *fasthttp.RequestCtx, result any, err error) {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	contentType := "application/json"
	if err == nil {
		contentType, err = encode(buffer, result)
	}
	linger(c, err != nil && c.Request.IsBodyStream())
	if err != nil {
		p := problemOf(err)
		if p.header.name != "" {
			c.Response.Header.Set(p.header.name, p.header.value)
		}
		buffer.Reset()
		_, _ = encode(buffer, p) // strings and a number: cannot fail
		c.SetStatusCode(p.Status)
		contentType = "application/problem+json"
	}
	c.SetContentType(contentType)
	c.SetBody(buffer.Bytes())
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func encode(to *bytes.Buffer, result any) (contentType string, err error) {
	if d, ok := result.(document); ok {
		to.Write(d.body)
		return d.contentType, nil
	}
	if a, ok := result.(*answer); ok {
		to.Write(a.appendJSON(to.AvailableBuffer()))
		a.release()
		return "application/json", nil
	}
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false) // names are to come back as they were sent
	return "application/json", encoder.Encode(result)
}
