// Host is a dataset host in the cluster. PUT /<name> replaces a file and GET
// serves it, with an ETag. GET /dial/<host:port> tells whether the cluster's pods can
// connect there.
package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// host keeps its files in memory, by path.
type host struct {
	mu    sync.Mutex
	files map[string][]byte
}

func main() {
	h := &host{files: map[string][]byte{}}
	http.HandleFunc("GET /", h.get)
	http.HandleFunc("PUT /", h.put)
	http.HandleFunc("GET /dial/{address}", dial)
	if err := http.ListenAndServe(":8080", nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (h *host) get(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	file, ok := h.files[r.URL.Path]
	h.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(file)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
}

func (h *host) put(w http.ResponseWriter, r *http.Request) {
	file, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.files[r.URL.Path] = file
}

func dial(w http.ResponseWriter, r *http.Request) {
	c, err := net.DialTimeout("tcp", r.PathValue("address"), 200*time.Millisecond)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	c.Close()
}
