package main

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"segue.dev/shared/rules"
)

// TestAnswersAreEncodedAsByEncodingJSON draws answers with all that a string or
// a number can be.
func TestAnswersAreEncodedAsByEncodingJSON(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", `"\/`, "<&>", "\u2028", "\xff", "Beyoncé", "\x7f", "a\x00\n"}))
	texts := rapid.SliceOfN(text, 0, 3).Filter(func(s []string) bool { return s != nil })
	number := rapid.Custom(func(t *rapid.T) decimal {
		most := rapid.SampledFrom([]float64{1e-6, 1, 10, 1e3, maxRounded, math.Inf(1)}).Draw(t, "most")
		return round(rapid.Float64Range(0, most).Draw(t, "number"), rapid.SampledFrom([]float64{1, 1e2, 1e3, 1e6}).Draw(t, "parts"))
	})
	why := rapid.Custom(func(t *rapid.T) reason {
		return reason{
			Songs: texts.Draw(t, "songs"), Artists: texts.Draw(t, "artists"), Consequent: text.Draw(t, "consequent"),
			Support: rapid.IntMin(0).Draw(t, "support"), Confidence: number.Draw(t, "confidence"), Lift: number.Draw(t, "lift"),
		}
	})
	recommended := rapid.Custom(func(t *rapid.T) recommendation {
		return recommendation{
			text.Draw(t, "track"), text.Draw(t, "artist"), uri{text.Draw(t, "prefix"), text.Draw(t, "rest")},
			number.Draw(t, "score"), rapid.SliceOfN(why, 0, 3).Draw(t, "because"),
		}
	})
	sent := rapid.Custom(func(t *rapid.T) json.RawMessage {
		if rapid.Bool().Draw(t, "object") {
			return json.RawMessage(`{ "track" : "a <b> c" }`)
		}
		b, _ := json.Marshal(text.Draw(t, "sent"))
		return b
	})
	rapid.Check(t, func(t *rapid.T) {
		a := &answer{
			Songs: texts.Draw(t, "songs"), Recommendations: rapid.SliceOfN(recommended, 0, 4).Draw(t, "recommendations"),
			Unknown: rapid.SliceOfN(sent, 0, 3).Draw(t, "unknown"), Fallback: text.Draw(t, "fallback"),
			Version: text.Draw(t, "version"), ModelDate: text.Draw(t, "date"), Rules: source{text.Draw(t, "id"), text.Draw(t, "dataset")},
		}
		var want bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(a); err != nil {
			t.Fatal(err)
		}
		if got := a.appendJSON(nil); !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("wrote %s\n want %s", got, want.Bytes())
		}
	})
}

// encoding/json, to which the answers are held, sees a URI as one string.

func (u uri) MarshalText() ([]byte, error) { return []byte(u.prefix + u.rest), nil }

func (u *uri) UnmarshalText(text []byte) error {
	*u = uri{rest: string(text)}
	return nil
}

// It writes a decimal as the floating-point number that is nearest to it.

func (d decimal) MarshalJSON() ([]byte, error) { return json.Marshal(float64(d) / float64(one)) }

func (d *decimal) UnmarshalJSON(text []byte) error {
	var x float64
	err := json.Unmarshal(text, &x)
	*d = round(x, 1e6)
	return err
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
