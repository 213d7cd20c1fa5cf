package main

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"segue.dev/shared/rules"
)

// text is all that a string can be.
var text = rapid.OneOf(rapid.String(), rapid.StringMatching("[ -~]{0,30}"), rapid.SampledFrom([]string{
	"", `"\/`, "<&>", "\u2028", "a\u2029", "\xe2\x80", "Don’t Stop", "\xff", "Beyoncé", "\x7f", "a\x00\n", "eight by", "nine byte", "seven b\\", `a longer one"`,
}))

// TestAnswersAreEncodedAsByEncodingJSON draws rule sets and requests.
func TestAnswersAreEncodedAsByEncodingJSON(t *testing.T) {
	var reasons, fallbacks int
	rapid.Check(t, func(rt *rapid.T) {
		set, err := rules.Parse(encodeRules(t, "drawn", drawDataset(rt)))
		if err != nil {
			rt.Fatal(err)
		}
		m := newModel(set, new(rules.Current), "")
		m.date = text.Draw(rt, "date")
		a := m.answer(&request{songs: drawEntries(rt, set, "songs", 1), limit: rapid.IntRange(1, 10).Draw(rt, "limit")})
		a.version = text.Draw(rt, "version")
		if rapid.Bool().Draw(rt, "object") {
			a.unknown = append(a.unknown, json.RawMessage(`{ "track" : "a <b> c" }`))
		}
		for _, f := range a.chosen.Recommendations {
			reasons += len(f.Because)
		}
		if a.isFallback() {
			fallbacks++
		}
		want, err := encoded(a.expected())
		if err != nil {
			rt.Fatal(err)
		}
		if got := string(a.appendJSON(nil)); got != want {
			rt.Fatalf("wrote %s\n want %s", got, want)
		}
	})
	if reasons == 0 || fallbacks == 0 {
		t.Errorf("%d reasons and %d fallbacks were drawn", reasons, fallbacks)
	}
}

func TestStringsAreEncodedAsByEncodingJSON(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		first, second := text.Draw(rt, "first"), text.Draw(rt, "second")
		want, _ := encoded(first)
		if got := string(appendString(nil, first)) + "\n"; got != want {
			rt.Errorf("wrote %s want %s", got, want)
		}
		want, _ = encoded(first + second)
		if got := string(appendParts(nil, first, second)) + "\n"; got != want {
			rt.Errorf("of two parts wrote %s want %s", got, want)
		}
	})
}

func TestDecimalsAreEncodedAsByEncodingJSON(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		most := rapid.SampledFrom([]float64{1e-6, 1, 10, 1e3, maxRounded}).Draw(rt, "most")
		x, parts := rapid.Float64Range(0, most).Draw(rt, "x"), rapid.SampledFrom([]float64{1, 1e2, 1e3, 1e6}).Draw(rt, "parts")
		if rapid.Bool().Draw(rt, "round") {
			x = math.Round(x)
		}
		want, _ := encoded(math.Round(x*parts) / parts)
		if got := string(appendDecimal(nil, round(x, parts))) + "\n"; got != want {
			rt.Errorf("wrote %v in parts of %v as %s want %s", x, parts, got, want)
		}
	})
	for _, x := range []float64{math.Inf(1), math.NaN()} {
		if got := string(appendDecimal(nil, round(x, 1e6))); got != "1000000000" {
			t.Errorf("wrote %v as %s", x, got)
		}
	}
}

// TestPlainRequestsAreReadAsAnyOther draws requests and damages some: what
// readPlain takes means what it means to encoding/json.
func TestPlainRequestsAreReadAsAnyOther(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"", `{`, `}`, `[`, `]`, `,`, `:`, ` `, `"`, `\`, "\n", `"a"`, `" b "`, `"é"`, "\"\xff\"", `""`, `"a\n"`, `"\u00e9"`,
		`"limit":`, `"limit":10`, `0`, `7`, `501`, `-1`, `1.0`, `"exclude":[]`, `null`, `{"track":"a"}`, `"songs":["a","b"]`, `x`,
	})
	field := rapid.SampledFrom([]string{`"songs":["x"]`, `"songs": [ "x" , "Ünï" ]`, `"songs":["a \u0026 b","\"","\\"]`, `"son\u0067s":["\ud800"]`, `"limit":10`, `"limit" : 500 `, `"exclude":[]`, `"exclude":["y"]`, `"other":1`})
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		body := "{" + strings.Join(rapid.SliceOfN(field, 1, 4).Draw(t, "fields"), ",") + "}"
		if rapid.Bool().Draw(t, "damage") {
			at := rapid.IntRange(0, len(body)).Draw(t, "at")
			body = body[:at] + piece.Draw(t, "piece") + body[at:]
		}
		var got, want request
		if !got.readPlain(body) {
			return
		}
		taken++
		if err := want.readAny([]byte(body)); err != nil {
			t.Fatalf("%q is taken: %v", body, err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(request{}, entries{}, rules.Query{}), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q: %s", body, diff)
		}
	})
	if taken == 0 {
		t.Error("no body was plain")
	}
}
