package rules

import (
	"strings"
	"testing"
)

func TestSupportCount(t *testing.T) {
	for _, c := range []struct {
		support      Support
		transactions int
		want         int
	}{{2, 500, 2}, {1, 500, 1}, {0.005, 500, 3}, {0.01, 500, 5}, {0.0001, 500, 1}, {0.5, 0, 1}} {
		if got := c.support.Count(c.transactions); got != c.want {
			t.Errorf("%v of %d is %d, want %d", c.support, c.transactions, got, c.want)
		}
	}
}

func TestParametersValidate(t *testing.T) {
	good := Parameters{MinSupport: 2, MinConfidence: 0.1, MaxItemsetSize: 3, MaxRules: 10}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Parameters){
		"MIN_SUPPORT is 0":      func(p *Parameters) { p.MinSupport = 0 },
		"MIN_SUPPORT is 2.5":    func(p *Parameters) { p.MinSupport = 2.5 },
		"MIN_SUPPORT is -1":     func(p *Parameters) { p.MinSupport = -1 },
		"MIN_CONFIDENCE is 1.1": func(p *Parameters) { p.MinConfidence = 1.1 },
		"MAX_ITEMSET_SIZE is 1": func(p *Parameters) { p.MaxItemsetSize = 1 },
		"MAX_RULES is -1":       func(p *Parameters) { p.MaxRules = -1 },
	} {
		bad := good
		change(&bad)
		if err := bad.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %q", err, want)
		}
	}
}

func TestParseCurrentRefuses(t *testing.T) {
	for _, text := range []string{
		``, `{}`, `<html>`, `{"id":"a","key":"rules/b","bytes":1,"sha256":"` + strings.Repeat("0", 64) + `"}`,
		`{"id":"a","key":"rules/a","bytes":1,"sha256":"` + strings.Repeat("0", 64) + `"}`,
		`{"id":"a","key":"rules/a","bytes":1,"published_at":"9999-12-31T23:59:59-23:00","sha256":"` + strings.Repeat("0", 64) + `"}`,
	} {
		if _, err := ParseCurrent([]byte(text)); err == nil || !strings.Contains(err.Error(), "is not a pointer to rules") {
			t.Errorf("%q: error is %v", text, err)
		}
	}
}
