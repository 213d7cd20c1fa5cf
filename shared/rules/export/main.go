// Export shows what a rule set object holds, and writes its rules as a table
// for pandas, DuckDB or Polars:
//
//	export RULES                  what it is, as JSON
//	export RULES rules.jsonl      a rule a line; - is standard output
//	export RULES rules.parquet    the same as Parquet
//
// RULES is the object's file, such as .state/segue/rules/<id> of make run.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/parquet-go/parquet-go"

	"segue.dev/shared/rules"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "export:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) < 1 || len(args) > 2 {
		return errors.New("give a rule set's file, and where to write its rules: export RULES [rules.jsonl | rules.parquet | -]")
	}
	object, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	set, err := rules.Parse(object)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(set.Info())
	}
	if args[1] == "-" {
		return writeLines(out, set)
	}
	write := map[string]func(io.Writer, *rules.Rules) error{".jsonl": writeLines, ".parquet": writeParquet}[filepath.Ext(args[1])]
	if write == nil {
		return fmt.Errorf("%s: name a file that ends in .jsonl or .parquet", args[1])
	}
	file, err := os.Create(args[1])
	if err != nil {
		return err
	}
	return errors.Join(write(file, set), file.Close())
}

// row is a rule as tables have it. A rule between artists has no tracks.
type row struct {
	Antecedent       []track `json:"antecedent" parquet:"antecedent,list"`
	Consequent       track   `json:"consequent" parquet:"consequent"`
	Artist           string  `json:"artist,omitempty" parquet:"artist,dict"`
	ConsequentArtist string  `json:"consequent_artist,omitempty" parquet:"consequent_artist,dict"`
	Support          int     `json:"support" parquet:"support"`
	Confidence       float64 `json:"confidence" parquet:"confidence"`
	Lift             float64 `json:"lift" parquet:"lift"`
}

type track struct {
	Track  string `json:"track,omitempty" parquet:"track,dict"`
	Artist string `json:"artist,omitempty" parquet:"artist,dict"`
	URI    string `json:"uri,omitempty" parquet:"uri,dict"`
}

// rowOf describes a rule. Its list of tracks is kept in room.
func rowOf(set *rules.Rules, rule rules.Rule, room []track) row {
	r := row{
		Antecedent: room[:0], Artist: rule.Artist, ConsequentArtist: rule.ConsequentArtist,
		Support: rule.Support, Confidence: rule.Confidence, Lift: rule.Lift,
	}
	if rule.Antecedent == nil {
		return r
	}
	for _, item := range rule.Antecedent {
		r.Antecedent = append(r.Antecedent, trackOf(set, item))
	}
	r.Consequent = trackOf(set, rule.Consequent)
	return r
}

func trackOf(set *rules.Rules, item uint32) track {
	t := set.Track(item)
	return track{Track: t.Name, Artist: t.Artist, URI: t.URI}
}

func writeLines(w io.Writer, set *rules.Rules) error {
	buffer := bufio.NewWriterSize(w, 1<<20)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	room := make([]track, 8)
	for rule := range set.All() {
		if err := encoder.Encode(rowOf(set, rule, room)); err != nil {
			return err
		}
	}
	return buffer.Flush()
}

func writeParquet(w io.Writer, set *rules.Rules) error {
	table := parquet.NewGenericWriter[row](w, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(1<<20))
	rows := make([]row, 0, 1024)
	for rule := range set.All() {
		rows = append(rows, rowOf(set, rule, nil))
		if len(rows) == cap(rows) {
			if _, err := table.Write(rows); err != nil {
				return err
			}
			rows = rows[:0]
		}
	}
	if _, err := table.Write(rows); err != nil {
		return err
	}
	return table.Close()
}
