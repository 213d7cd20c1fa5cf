package main

import (
	"io"
	"mime"
	"net/http"
	"strings"
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

// readBody reads a body. One that turns out to be long is counted from then on.
func readBody(r *http.Request, long *limit) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, oversize()
	}
	var body []byte
	var err error
	if r.ContentLength >= 0 && r.ContentLength <= promised {
		body = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, body)
	} else if body, err = io.ReadAll(io.LimitReader(r.Body, promised)); err == nil && len(body) == promised {
		if err := long.enter(); err != nil {
			return nil, err
		}
		defer long.leave()
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1-promised))
		body = append(body, rest...)
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
