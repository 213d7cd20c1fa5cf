package main

import (
	"fmt"
	"io"
	"math"

	"segue.dev/shared/mining"
)

// readFIMI reads transactions of one line each, items being decimal numbers
// with blanks between them. An empty line is an empty transaction.
func readFIMI(r io.Reader) (*mining.Transactions, error) {
	p := parser{db: new(mining.Transactions), line: 1}
	chunk := make([]byte, 64<<10)
	for {
		n, err := r.Read(chunk)
		if err := p.parse(chunk[:n]); err != nil {
			return nil, err
		}
		if err == io.EOF {
			p.endLine()
			return p.db, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// A parser keeps its place between two chunks of the file.
type parser struct {
	db     *mining.Transactions
	items  []mining.Item // of the line so far
	number uint64        // the item so far
	digits bool          // inside a number
	begun  bool          // the line has a character
	line   int
}

func (p *parser) parse(chunk []byte) error {
	for _, c := range chunk {
		if digit := c - '0'; digit <= 9 {
			if p.number = p.number*10 + uint64(digit); p.number >= math.MaxUint32 {
				return fmt.Errorf("line %d: an item is larger than %d", p.line, math.MaxUint32-1)
			}
			p.digits, p.begun = true, true
			continue
		}
		p.endNumber()
		switch c {
		case '\n':
			p.begun = true // an empty line counts
			p.endLine()
			p.line++
		case ' ', '\t', '\r':
		default:
			return fmt.Errorf("line %d: %q is no part of an item's number", p.line, c)
		}
	}
	return nil
}

func (p *parser) endNumber() {
	if p.digits {
		p.items = append(p.items, mining.Item(p.number))
		p.number, p.digits = 0, false
	}
}

func (p *parser) endLine() {
	p.endNumber()
	if p.begun {
		p.db.Append(p.items...)
	}
	p.items, p.begun = p.items[:0], false
}
