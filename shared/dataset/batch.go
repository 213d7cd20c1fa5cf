package dataset

// A batch holds some rows back until there are enough to look up together.
// Nearly all the time of reading a large dataset is spent waiting for memory,
// for the track of each row; a processor waits for many at once as long as no
// one depends on another.
type batch struct {
	rows  []row
	lines []int
	text  []byte // of the rows
}

const (
	batchRows = 64
	batchText = 32 << 10
)

func newBatch() *batch { return &batch{text: make([]byte, 0, batchText)} }

// hold takes a copy of the row, if there is room for it.
func (b *batch) hold(r row, line int) bool {
	size := len(r.playlist) + len(r.track) + len(r.artist) + len(r.album) + len(r.uri)
	if len(b.rows) == batchRows || len(b.text)+size > batchText {
		return false
	}
	b.rows = append(b.rows, row{b.copy(r.playlist), b.copy(r.track), b.copy(r.artist), b.copy(r.album), b.copy(r.uri)})
	b.lines = append(b.lines, line)
	return true
}

func (b *batch) copy(text []byte) []byte {
	start := len(b.text)
	b.text = append(b.text, text...)
	return b.text[start:]
}

// flush adds the rows to the builder.
func (b *batch) flush(to *builder) error {
	to.fetch(b.rows)
	for i, r := range b.rows {
		if err := to.add(r); err != nil {
			return atLine(b.lines[i], err)
		}
	}
	b.rows, b.lines, b.text = b.rows[:0], b.lines[:0], b.text[:0]
	return nil
}

// fetch brings into the processor's cache what finding the rows' tracks will
// read. It changes nothing, and where it guesses wrong nothing is lost.
func (b *builder) fetch(rows []row) {
	var hashes [batchRows]uint32
	for i, r := range rows {
		if b.itemKey(r) == nil {
			hashes[i] = b.items.hash(b.key)
		}
	}
	b.items.fetch(hashes[:len(rows)])
}
