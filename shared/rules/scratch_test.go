package rules

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"segue.dev/shared/mining"
)

// TestUsedRulesAreFreedAtOnce: rules that answered requests and were replaced
// are gone with the next garbage collection, though an answer's memory is kept.
func TestUsedRulesAreFreedAtOnce(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // none but the one below
	freed := make(chan struct{})
	var answer Answer
	func() {
		object := encode(t, songs, playlists, mining.RuleOptions{MinSupport: 1, MaxSize: 3})
		runtime.AddCleanup(&object[0], func(freed chan struct{}) { close(freed) }, freed)
		r := parsed(t, object)
		for limit := range 7 {
			r.RecommendInto(&answer, Request{Seeds: []mining.Item{0}, Limit: 7 - limit})
		}
		answer.Clear()
	}()
	runtime.GC()
	select {
	case <-freed:
	case <-time.After(10 * time.Second):
		t.Error("they are still there")
	}
	runtime.KeepAlive(&answer)
}
