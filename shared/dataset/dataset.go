// Package dataset reads playlists: bytes in, transactions and a catalog of
// tracks out. It knows CSV, the Million Playlist Dataset's JSON slices, FIMI
// transaction files and Parquet, each plain or inside gzip or zstd, and tells
// them apart by their content.
//
// Input is streamed. What stays in memory is the catalog and eight bytes an
// entry (twelve while the entries are put in order). Whatever cannot be read
// rightly is refused with the line and what to do about it; nothing is guessed
// and no row is skipped.
package dataset

import (
	"fmt"
	"io"

	"segue.dev/shared/catalog"
	"segue.dev/shared/mining"
)

// A Dataset is playlists over tracks. Tracks are numbered by support, most
// frequent first; ties go to the track that appears first.
type Dataset struct {
	// Playlists holds a transaction per playlist that has tracks, in the order
	// in which the playlists first appear. A transaction keeps the playlist's
	// own order; a track that comes again is dropped.
	Playlists mining.Transactions
	// Tracks is the catalog: Tracks[i] is item i.
	Tracks []Track
	// Entries counts the playlist-track entries read, repeats included.
	Entries int64
}

// A Track is known by its URI or, where the dataset gives none, by its name and
// artist together. Text is trimmed and in Unicode normal form C, and where rows
// of one track differ, the first row's text stands. Name is never empty: a
// track without a name is named by its URI.
type Track = catalog.Track

// Formats of datasets, the values of Options.Format.
const (
	CSV     = "csv"     // a header, then a row per entry; separated by comma, semicolon or tab
	MPD     = "mpd"     // JSON slices of the Million Playlist Dataset, one or several in a row
	FIMI    = "fimi"    // a transaction a line, tracks as tokens between spaces
	Parquet = "parquet" // a row per entry, flat columns
)

// Options say how a dataset is to be read. The zero value recognises format and
// columns by itself.
type Options struct {
	// Format is one of CSV, MPD, FIMI and Parquet; "" means: told by the content.
	Format  string  `env:"DATASET_FORMAT" json:"format,omitempty"`
	Columns Columns `json:"columns,omitzero"`
}

// Columns names the columns of a CSV or Parquet dataset exactly as its header
// does. A column that is "" is found by its usual names, the first of these
// that the header has; case, spaces and punctuation do not matter:
//
//	Playlist  pid, playlist_id, playlist_uri, playlist, playlist_name
//	Track     track_name, track_title, track, song_name, song_title, song, title
//	Artist    artist_name, artist_names, artist, artists
//	Album     album_name, album_title, album
//	URI       track_uri, uri, spotify_uri, track_id, song_id
//
// A dataset must have Playlist and one of Track and URI.
type Columns struct {
	Playlist string `env:"DATASET_COLUMN_PLAYLIST" json:"playlist,omitempty"`
	Track    string `env:"DATASET_COLUMN_TRACK" json:"track,omitempty"`
	Artist   string `env:"DATASET_COLUMN_ARTIST" json:"artist,omitempty"`
	Album    string `env:"DATASET_COLUMN_ALBUM" json:"album,omitempty"`
	URI      string `env:"DATASET_COLUMN_URI" json:"uri,omitempty"`
}

// An Error says why a dataset is refused. Reading the same bytes again gives
// the same error; a failure to get at the bytes is never an Error.
type Error struct {
	Line   int    // 1-based line of the (decompressed) text; 0 where there is none
	Reason string // what is wrong, and what to do
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

// refuse returns an Error without a line.
func refuse(format string, args ...any) error {
	return &Error{Reason: fmt.Sprintf(format, args...)}
}

// refuseLine returns an Error at a line.
func refuseLine(line int, format string, args ...any) error {
	return &Error{Line: line, Reason: fmt.Sprintf(format, args...)}
}

// Read reads a whole dataset. A dataset that is refused gives an *Error; a
// failure of r is passed through, wrapped. Parquet needs random access: it is
// read in place if r is an io.ReaderAt and io.Seeker (a file) and otherwise
// copied to a temporary file first.
func Read(r io.Reader, opt Options) (*Dataset, error) {
	src := &source{r: r}
	d, err := read(src, opt)
	if src.err != nil { // whatever was made of the truncated input is beside the point
		return nil, fmt.Errorf("read dataset: %w", src.err)
	}
	return d, err
}

func read(src *source, opt Options) (*Dataset, error) {
	in, err := src.open()
	if err != nil {
		return nil, err
	}
	defer in.close()
	format, err := in.format(opt.Format)
	if err != nil {
		return nil, err
	}
	b := newBuilder()
	switch format {
	case CSV:
		err = readCSV(b, in.text, opt.Columns)
	case MPD:
		err = readMPD(b, in.text)
	case FIMI:
		err = readFIMI(b, in.text)
	case Parquet:
		err = readParquet(b, in, opt.Columns)
	default:
		err = refuse("format %q is unknown: set DATASET_FORMAT to csv, mpd, fimi or parquet, or leave it empty to have it recognised", format)
	}
	if err != nil {
		return nil, err
	}
	return b.dataset()
}
