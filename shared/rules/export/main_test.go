package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/parquet-go/parquet-go"
)

// object holds the rules of six playlists; the format's own test keeps it.
const object = "../testdata/v7.rules"

func export(t *testing.T, to ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(append([]string{object}, to...), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDescription(t *testing.T) {
	var info struct{ ID string }
	if err := json.Unmarshal([]byte(export(t)), &info); err != nil || info.ID != "test" {
		t.Errorf("%v, %+v", err, info)
	}
}

// TestTablesAgree reads the lines and the Parquet file back.
func TestTablesAgree(t *testing.T) {
	var lines []row
	for scan := bufio.NewScanner(strings.NewReader(export(t, "-"))); scan.Scan(); {
		var r row
		if err := json.Unmarshal(scan.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, r)
	}
	file := filepath.Join(t.TempDir(), "rules.parquet")
	export(t, file)
	table, err := parquet.ReadFile[row](file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(lines, table, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	yesterday := track{"Yesterday", "The Beatles", "spotify:track:1"}
	halo := track{"Halo", "Beyoncé", "spotify:track:2"}
	// Halo is in 4 of 6 playlists, 3 of the 5 that hold Yesterday.
	want := row{Antecedent: []track{yesterday}, Consequent: halo, Support: 3, Confidence: 3. / 5, Lift: 3. / 5 / (4. / 6)}
	if diff := cmp.Diff(want, lines[0], cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Error(diff)
	}
	if last := lines[len(lines)-1]; last.Artist == "" || last.ConsequentArtist == "" || len(last.Antecedent) > 0 {
		t.Errorf("last rule is %+v", last)
	}
}

func TestRefusals(t *testing.T) {
	damaged := filepath.Join(t.TempDir(), "damaged")
	if err := os.WriteFile(damaged, []byte("SegueRul"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "give a rule set's file"},
		{[]string{"nowhere"}, "no such file"},
		{[]string{damaged}, "not a rule set"},
		{[]string{object, "rules.csv"}, "ends in .jsonl or .parquet"},
	} {
		if err := run(c.args, new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.args, err, c.want)
		}
	}
}
