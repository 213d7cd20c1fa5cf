package main

import (
	"bytes"
	"encoding/json"

	"segue.dev/shared/rules"
)

// appendJSON appends the answer as openapi.json describes it, as encoding/json would,
// without the escapes that are for HTML, and a newline. Nearly all of what this program
// sends are answers.
func (a *answer) appendJSON(b []byte) []byte {
	r, recommendations := a.model.rules, a.chosen.Recommendations
	b = append(b, `{"songs":[`...)
	for n := range recommendations {
		name, _ := r.Name(recommendations[n].Item)
		b = appendString(appendComma(b, n), name)
	}
	b = append(b, `],"recommendations":[`...)
	for n := range recommendations {
		b = appendRecommendation(appendComma(b, n), r, &recommendations[n])
	}
	b = append(b, `],"unknown":[`...)
	for n, sent := range a.unknown {
		b = appendCompact(appendComma(b, n), sent)
	}
	b = append(b, ']')
	if a.isFallback() {
		b = append(b, `,"fallback":"popularity"`...)
	}
	b = appendString(append(b, `,"version":`...), a.version)
	b = appendString(append(b, `,"model_date":`...), a.model.date)
	b = appendString(append(b, `,"rules":{"id":`...), a.model.id)
	b = appendString(append(b, `,"dataset":`...), a.model.dataset)
	return append(b, "}}\n"...)
}

// appendRecommendation writes one track and the rules that recommend it, strongest
// first; none if it is there because it is popular.
func appendRecommendation(b []byte, r *rules.Rules, f *rules.Recommendation) []byte {
	name, artist := r.Name(f.Item)
	b = appendString(append(b, `{"track":`...), name)
	b = appendOptional(b, `,"artist":`, artist)
	if prefix, rest := r.URI(f.Item); rest != "" {
		b = appendParts(append(b, `,"uri":`...), prefix, rest)
	}
	b = appendDecimal(append(b, `,"score":`...), score(f))
	b = append(b, `,"because":[`...)
	for n := range f.Because {
		b = appendReason(appendComma(b, n), r, &f.Because[n])
	}
	return append(b, "]}"...)
}

// score is a recommendation's to 6 decimals; 0 is only for what no rule
// recommends.
func score(f *rules.Recommendation) decimal {
	rounded := round(float64(f.Score), 1e6)
	if len(f.Because) > 0 {
		rounded = max(rounded, smallest)
	}
	return rounded
}

// appendReason writes a rule: who has these songs, or a song by this artist, has the
// recommended one, or one by its artist.
func appendReason(b []byte, r *rules.Rules, why *rules.Reason) []byte {
	if why.Artist != "" {
		b = appendString(append(b, `{"songs":[],"artists":[`...), why.Artist)
	} else {
		b = append(b, `{"songs":[`...)
		for n, item := range why.Antecedent {
			name, _ := r.Name(item)
			b = appendString(appendComma(b, n), name)
		}
	}
	b = append(b, ']')
	b = appendOptional(b, `,"consequent":`, why.ConsequentArtist)
	b = appendWhole(append(b, `,"support":`...), uint64(why.Support))
	b = appendDecimal(append(b, `,"confidence":`...), round(why.Confidence, 1e3))
	b = appendDecimal(append(b, `,"lift":`...), round(why.Lift, 1e2))
	return append(b, '}')
}

func appendOptional(b []byte, field, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(append(b, field...), value)
}

// appendComma writes what stands before the n-th of a list.
func appendComma(b []byte, n int) []byte {
	if n > 0 {
		b = append(b, ',')
	}
	return b
}

// appendEncoded appends any value as encoding/json writes it, with a newline, but
// without the escapes that are for HTML: names are to come back as they were sent.
func appendEncoded(b []byte, value any) ([]byte, error) {
	to := bytes.NewBuffer(b)
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return to.Bytes(), err
}

// appendCompact drops white space, as encoding/json does.
func appendCompact(b []byte, sent json.RawMessage) []byte {
	if sent[0] == '"' {
		return append(b, sent...)
	}
	var compact bytes.Buffer
	_ = json.Compact(&compact, sent) // it was read already
	return append(b, compact.Bytes()...)
}
