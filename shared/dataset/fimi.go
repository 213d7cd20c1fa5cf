package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// readFIMI reads a transaction a line, its tracks as tokens between spaces. A
// token is the track's name. An empty line is no transaction.
func readFIMI(b *builder, r *bufio.Reader) error {
	text := &lines{r: r}
	for {
		line, err := text.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := addTransaction(b, line); err != nil {
			return atLine(text.n, err)
		}
	}
}

func addTransaction(b *builder, line []byte) error {
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return nil
	}
	playlist := b.newPlaylist()
	for token := range bytes.FieldsSeq(line) {
		if err := b.addTo(playlist, row{track: token}); err != nil {
			return err
		}
	}
	return nil
}
