// Command actor is a function for tests: it records what it gets.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

// Record is one thing that happened: a start, with its environment, or a request.
type Record struct {
	PID     int
	Env     []string    `json:",omitempty"`
	Path    string      `json:",omitempty"`
	Headers http.Header `json:",omitempty"`
	Body    string      `json:",omitempty"`
}

var send = flag.String("send", "", "type of the event to send to $K_SINK for each one received")

func main() {
	flag.Parse()
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	record(Record{Env: os.Environ()})
	http.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("POST /exit", func(http.ResponseWriter, *http.Request) { os.Exit(3) })
	http.HandleFunc("POST /", receive)
	go func() {
		slog.Info("rules loaded", "rules", 12345)
		fmt.Println("ended:", http.ListenAndServe(os.Getenv("HOST")+":"+os.Getenv("PORT"), nil))
		os.Exit(1)
	}()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
}

func receive(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	record(Record{Path: r.URL.Path, Headers: r.Header, Body: string(body)})
	if *send == "" || r.URL.Path != "/" {
		return
	}
	event, _ := http.NewRequest("POST", os.Getenv("K_SINK"), strings.NewReader("{}"))
	event.Header = http.Header{
		"Ce-Specversion": {"1.0"}, "Ce-Id": {"work-for-" + r.Header.Get("Ce-Id")}, "Ce-Source": {"/actor"}, "Ce-Type": {*send},
		"Content-Type": {"application/json"},
	}
	response, err := http.DefaultClient.Do(event)
	if err != nil || response.StatusCode != http.StatusAccepted {
		slog.Error("not sent", "error", err)
	}
}

// record appends a line to the Service's file.
func record(r Record) {
	r.PID = os.Getpid()
	line, _ := json.Marshal(r)
	file, err := os.OpenFile(filepath.Join(os.Getenv("RECORD"), os.Getenv("K_SERVICE")), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	defer file.Close()
	file.Write(append(line, '\n'))
}
