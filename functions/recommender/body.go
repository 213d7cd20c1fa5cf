package main

import (
	"io"
	"mime"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"
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

// readJSON reads the body, which must say that it is JSON, or nothing. Memory is as in
// readBody.
func readJSON(c *fasthttp.RequestCtx, long *limit, memory []byte) ([]byte, error) {
	if err := checkMedia(&c.Request.Header); err != nil {
		return nil, err
	}
	return readBody(c, long, memory)
}

// checkMedia accepts JSON, and what sends JSON without saying so: no content
// type at all, and the one of a form, which is what wget and curl say of any
// data.
func checkMedia(header *fasthttp.RequestHeader) error {
	for _, coding := range header.PeekAll("Content-Encoding") {
		if coding := string(coding); coding != "" && !strings.EqualFold(coding, "identity") {
			return unsupportedMedia.errorf("the body is encoded as %s: send it as it is", coding)
		}
	}
	switch string(header.ContentType()) { // which the compiler compares in place
	case "", "application/json":
		return nil
	}
	value := string(header.ContentType())
	switch media, _, _ := mime.ParseMediaType(value); media {
	case "application/json", "application/x-www-form-urlencoded":
		return nil
	}
	return unsupportedMedia.errorf("the content type is %s: send Content-Type: application/json", value)
}

// readBody reads a body. A short one whose length is told is read into memory, if that is
// large enough, over what was there. One that turns out to be long is counted from then on.
func readBody(c *fasthttp.RequestCtx, long *limit, memory []byte) ([]byte, error) {
	length, stream := c.Request.Header.ContentLength(), c.RequestBodyStream()
	if length > maxBody {
		return nil, oversize()
	}
	if stream == nil { // neither a body nor its length was sent
		return nil, nil
	}
	var body []byte
	var err error
	if length >= 0 && length <= promised {
		body = slices.Grow(memory[:0], length)[:length]
		_, err = io.ReadFull(stream, body)
	} else if body, err = io.ReadAll(io.LimitReader(stream, promised)); err == nil && len(body) == promised {
		if err := long.enter(); err != nil {
			return nil, err
		}
		defer long.leave()
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(stream, maxBody+1-promised))
		body = append(body, rest...)
	}
	if err == nil && len(body) < length { // at the end of a stream there is no error
		err = io.ErrUnexpectedEOF
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
