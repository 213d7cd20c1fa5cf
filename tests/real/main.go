// Command real runs Segue on datasets of one's own, one after the other, and
// prints what a person would measure: the time from a tick to served rules,
// the answers to a few requests, and the peak memory of each function.
//
//	go run ./tests/real [-songs "Yesterday;Let It Be"] first.csv second.csv …
//
// It serves the files over HTTP on loopback at one URL, starts the local
// platform with a tick a second and an empty bucket, and stops it at the end.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	songs := flag.String("songs", "Yesterday;Let It Be;Bohemian Rhapsody", "requests, a song each")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("name the dataset files")
	}
	if err := run(flag.Args(), strings.Split(*songs, ";")); err != nil {
		log.Fatal(err)
	}
}

func run(files, songs []string) error {
	host, err := newHost()
	if err != nil {
		return err
	}
	state, err := os.MkdirTemp("", "segue-real-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(state)
	host.set(files[0])
	url, stop, err := platform(host.url, state)
	if err != nil {
		return err
	}
	defer stop()
	served := ""
	for _, file := range files {
		host.set(file)
		if served, err = awaitRules(url, served); err != nil {
			return err
		}
		fmt.Printf("%s: served %.1f s after the tick that saw it\n", filepath.Base(file), time.Since(host.fetchedAt()).Seconds())
		for _, song := range songs {
			printAnswer(url, song)
		}
	}
	return printMemory()
}

// host serves one file at one URL and remembers when it was first fetched.
type host struct {
	url     string
	mu      sync.Mutex
	file    string
	fetched time.Time
}

func newHost() (*host, error) {
	h := new(host)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	h.url = "http://" + listener.Addr().String() + "/dataset"
	go http.Serve(listener, h)
	return h, nil
}

func (h *host) set(file string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.file != file {
		h.file, h.fetched = file, time.Time{}
	}
}

func (h *host) fetchedAt() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.fetched
}

func (h *host) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	h.mu.Lock()
	file := h.file
	if h.fetched.IsZero() {
		h.fetched = time.Now()
	}
	h.mu.Unlock()
	content, err := os.Open(file)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	defer content.Close()
	io.Copy(w, content)
}

// platform starts "make run" and gives the recommender's URL.
func platform(dataset, state string) (url string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	listener.Close()
	c := exec.Command("make", "run")
	c.Env = append(os.Environ(), "DATASET_URL="+dataset, "STATE_DIR="+state, "PORT="+port, "TICK=1s", "RELOAD_INTERVAL=1s")
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	stop = func() {
		syscall.Kill(-c.Process.Pid, syscall.SIGINT)
		c.Wait()
	}
	return "http://127.0.0.1:" + port, stop, c.Start()
}

// awaitRules waits until rules other than those of id are served.
func awaitRules(url, id string) (string, error) {
	for deadline := time.Now().Add(10 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var info struct{ ID string }
		if get(url+"/api/rules", &info) == nil && info.ID != "" && info.ID != id {
			return info.ID, nil
		}
	}
	return "", errors.New("no new rules within ten minutes")
}

func get(url string, to any) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return json.NewDecoder(response.Body).Decode(to)
}

func printAnswer(url, song string) {
	body, _ := json.Marshal(map[string]any{"songs": []string{song}, "limit": 5})
	response, err := http.Post(url+"/api/recommend", "application/json", bytes.NewReader(body))
	if err != nil {
		fmt.Println(" ", err)
		return
	}
	defer response.Body.Close()
	var answer struct {
		Recommendations []struct {
			Track, Artist string
			Score         float64
		}
		Fallback string
	}
	text, _ := io.ReadAll(response.Body)
	json.Unmarshal(text, &answer)
	fmt.Printf("  %s →", song)
	for _, r := range answer.Recommendations {
		fmt.Printf(" %s (%s) %.2f;", r.Track, r.Artist, r.Score)
	}
	fmt.Println(cmp.Or(answer.Fallback, " by rules"))
}

// printMemory prints the peak resident memory of the functions, which are the
// processes named like their binaries.
func printMemory() error {
	processes, err := filepath.Glob("/proc/[0-9]*/status")
	for _, p := range processes {
		text, _ := os.ReadFile(p)
		var name, peak string
		for line := range strings.Lines(string(text)) {
			field, value, _ := strings.Cut(line, ":")
			switch field {
			case "Name":
				name = strings.TrimSpace(value)
			case "VmHWM":
				peak = strings.Join(strings.Fields(value), " ")
			}
		}
		if name == "dataset-check" || name == "trainer" || name == "recommender" {
			fmt.Printf("peak memory of %-14s %s\n", name, peak)
		}
	}
	return err
}
