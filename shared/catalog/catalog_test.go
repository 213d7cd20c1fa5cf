package catalog

import (
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Yesterday":              "yesterday",
		"  Let   It Be ":         "let it be",
		"Beyoncé":                "beyonce",
		"Beyonce\u0301":          "beyonce",
		"MOTÖRHEAD":              "motorhead",
		"Don’t Stop Me Now":      "don't stop me now",
		"The Beatles – Help!":    "the beatles - help!",
		"Straße":                 "strasse",
		"ﬁve":                    "five",
		"İstanbul":               "istanbul",
		"Ｆｕｌｌ　Ｗｉｄｔｈ":             "full width",
		"Sigur Rós - Hoppípolla": "sigur ros - hoppipolla",
		"tab\tand\nline":         "tab and line",
		"東京":                     "東京",
		"":                       "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestEveryCharacterFoldsOnce has all of Unicode.
func TestEveryCharacterFoldsOnce(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		once := Fold(string(r))
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(%q) is %q, and folded again %q", r, once, twice)
		}
		checkFast(t, "A"+string(r)+"b ")
	}
}

func TestFoldIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching("[ -~\t`\x7f]*"), rapid.StringMatching("[ a-zÀ-ſ’]*")).Draw(t, "s")
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Fatalf("Fold(%q) = %q", once, twice)
		}
		checkFast(t, s)
	})
}

// checkFast holds what is folded with tables to what is folded by Unicode's rules.
func checkFast(t interface{ Errorf(string, ...any) }, s string) {
	want := foldUnicode(s)
	if folded := Fold(s); folded != want {
		t.Errorf("Fold(%q) is %q, and by Unicode's rules %q", s, folded, want)
	}
	if appended := string(AppendFold([]byte("x "), s)); appended != "x "+want {
		t.Errorf("AppendFold(%q) gives %q, not %q", s, appended, "x "+want)
	}
}

func TestFoldingDoesNotAllocate(t *testing.T) {
	to := make([]byte, 100)
	if n := testing.AllocsPerRun(100, func() { AppendFold(to[:0], "Bohemian Rhapsody") }); n != 0 {
		t.Errorf("%v allocations to append", n)
	}
	if n := testing.AllocsPerRun(100, func() { AppendFold(to[:0], "Déjà Vu") }); n != 0 {
		t.Errorf("%v allocations to append what has accents", n)
	}
	if n := testing.AllocsPerRun(100, func() { Fold("bohemian rhapsody") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAppendFold(b *testing.B) {
	to := make([]byte, 100)
	for _, s := range []string{"Bohemian Rhapsody", "Beyoncé - Déjà Vu", "Ｆｕｌｌ　Ｗｉｄｔｈ"} {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				AppendFold(to[:0], s)
			}
		})
	}
}
