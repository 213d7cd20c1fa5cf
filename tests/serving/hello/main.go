// Hello is what serving is measured against: a bare net/http server whose only
// work is to decode a request for recommendations with encoding/json and to
// write SIZE bytes.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
)

func main() {
	size, _ := strconv.Atoi(os.Getenv("SIZE"))
	answer := bytes.Repeat([]byte{' '}, max(size, 1))
	http.HandleFunc("POST /api/recommend", func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Songs []string `json:"songs"`
			Limit int      `json:"limit"`
		}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = w.Write(answer)
	})
	if err := http.ListenAndServe(os.Getenv("HOST")+":"+os.Getenv("PORT"), nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
