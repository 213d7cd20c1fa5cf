package dataset

import (
	"fmt"
	"strings"
	"unicode"
)

// A column is one that the dataset may have.
type column struct {
	what    string
	setting string
	usual   []string // names, best first
}

var (
	playlistColumn = column{"playlist", "DATASET_COLUMN_PLAYLIST", []string{"pid", "playlist_id", "playlist_uri", "playlist", "playlist_name"}}
	trackColumn    = column{"track", "DATASET_COLUMN_TRACK", []string{"track_name", "track_title", "track", "song_name", "song_title", "song", "title"}}
	artistColumn   = column{"artist", "DATASET_COLUMN_ARTIST", []string{"artist_name", "artist_names", "artist", "artists"}}
	albumColumn    = column{"album", "DATASET_COLUMN_ALBUM", []string{"album_name", "album_title", "album"}}
	uriColumn      = column{"URI", "DATASET_COLUMN_URI", []string{"track_uri", "uri", "spotify_uri", "track_id", "song_id"}}
)

// columnIndexes says where in a row the columns are; -1 if nowhere.
type columnIndexes struct{ playlist, track, artist, album, uri int }

// findColumns finds the wanted columns among the names of a header.
func findColumns(header []string, want Columns) (columnIndexes, error) {
	var at columnIndexes
	for _, find := range []struct {
		column column
		named  string
		at     *int
	}{
		{playlistColumn, want.Playlist, &at.playlist},
		{trackColumn, want.Track, &at.track},
		{artistColumn, want.Artist, &at.artist},
		{albumColumn, want.Album, &at.album},
		{uriColumn, want.URI, &at.uri},
	} {
		var err error
		if *find.at, err = find.column.index(header, find.named); err != nil {
			return at, err
		}
	}
	if at.playlist < 0 {
		return at, playlistColumn.missing(header)
	}
	if at.track < 0 && at.uri < 0 {
		return at, trackColumn.missing(header)
	}
	return at, nil
}

// row picks the fields of an entry out of a row.
func (at columnIndexes) row(fields [][]byte) row {
	pick := func(i int) []byte {
		if i < 0 {
			return nil
		}
		return fields[i]
	}
	return row{pick(at.playlist), pick(at.track), pick(at.artist), pick(at.album), pick(at.uri)}
}

// index returns where the column is in the header: under the name that the
// setting gives or else under a usual one; -1 if nowhere.
func (c column) index(header []string, named string) (int, error) {
	if named != "" {
		i, err := c.only(header, func(name string) bool { return name == named })
		if i < 0 && err == nil {
			err = refuse("no column %q, which %s names: the header has %s", named, c.setting, list(header))
		}
		return i, err
	}
	for _, usual := range c.usual {
		i, err := c.only(header, func(name string) bool { return letters(name) == letters(usual) })
		if i >= 0 || err != nil {
			return i, err
		}
	}
	return -1, nil
}

// only returns the one column with such a name; -1 if there is none.
func (c column) only(header []string, is func(name string) bool) (int, error) {
	found := -1
	for i, name := range header {
		if !is(name) {
			continue
		}
		if found >= 0 {
			return -1, refuse("two columns for the %s, %q and %q: rename one, or name the right one in %s", c.what, header[found], name, c.setting)
		}
		found = i
	}
	return found, nil
}

func (c column) missing(header []string) error {
	return refuse("no column for the %s: the header has %s; name the column in %s, or call it one of %s", c.what, list(header), c.setting, strings.Join(c.usual, ", "))
}

// letters returns what counts when a column's name is recognised.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// list quotes the first names of a header.
func list(header []string) string {
	const shown = 20
	var quoted []string
	for _, name := range header[:min(len(header), shown)] {
		quoted = append(quoted, fmt.Sprintf("%.40q", name))
	}
	if more := len(header) - shown; more > 0 {
		quoted = append(quoted, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(quoted, ", ")
}
