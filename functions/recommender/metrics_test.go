package main

import (
	"strings"
	"testing"

	"segue.dev/shared/rules"
)

// TestLabelsOfAnyText has rules whose names are none that Segue gives.
func TestLabelsOfAnyText(t *testing.T) {
	reloader := newReloader(nil, soon)
	reloader.serving.Store(&model{current: new(rules.Current), id: `a"b`, dataset: "c\\d\n"})
	var written strings.Builder
	newCounts(reloader).set.WritePrometheus(&written)
	if want := "segue_rules_info{dataset=\"c\\\\d\\n\",id=\"a\\\"b\"} 1\n"; !strings.Contains(written.String(), want) {
		t.Errorf("no %s in\n%s", want, written.String())
	}
}
