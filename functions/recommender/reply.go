package main

import "github.com/valyala/fasthttp"

// A document is sent as it is.
type document struct {
	contentType string
	body        []byte
}

func sending(d document) endpoint {
	return func(*fasthttp.RequestCtx) (any, error) { return d, nil }
}

// reply makes the answer of the result, or of the problem that err is, in the memory
// of an earlier one.
func reply(c *fasthttp.RequestCtx, result any, err error) {
	body, contentType := c.Response.SwapBody(nil)[:0], "application/json"
	if err == nil {
		body, contentType, err = encode(body, result)
	}
	linger(c, err != nil && c.Request.IsBodyStream())
	if err != nil {
		p := problemOf(err)
		if p.header.name != "" {
			c.Response.Header.Set(p.header.name, p.header.value)
		}
		body, _, _ = encode(body[:0], p) // strings and a number: cannot fail
		c.SetStatusCode(p.Status)
		contentType = "application/problem+json"
	}
	c.SetContentType(contentType)
	c.Response.SwapBody(body)
}

// encode appends the result.
func encode(to []byte, result any) (body []byte, contentType string, err error) {
	switch r := result.(type) {
	case document:
		return append(to, r.body...), r.contentType, nil
	case *answer:
		to = r.appendJSON(to)
		r.release()
		return to, "application/json", nil
	}
	body, err = appendEncoded(to, result)
	return body, "application/json", err
}
