package dataset

import (
	"bufio"
	"errors"
	"strings"
	"testing"
)

const (
	usualPlaylist = "name the column in DATASET_COLUMN_PLAYLIST, or call it one of pid, playlist_id, playlist_uri, playlist, playlist_name"
	usualTrack    = "name the column in DATASET_COLUMN_TRACK, or call it one of track_name, track_title, track, song_name, song_title, song, title"
)

func TestRefuse(t *testing.T) {
	for _, c := range []struct {
		name, in string
		opt      Options
		want     string
	}{
		// What is no dataset.
		{
			"empty", "", Options{},
			"the dataset is empty: see that what makes it has finished",
		},
		{
			"white space", " \r\n\t\n", Options{},
			"the dataset is empty: see that what makes it has finished",
		},
		{
			"only a BOM", "\ufeff", Options{},
			"the dataset is empty: see that what makes it has finished",
		},
		{
			"UTF-16", "\xff\xfep\x00i\x00d\x00", Options{},
			"UTF-16 text, not a dataset: convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8",
		},
		{
			"UTF-16 without BOM", "p\x00i\x00d\x00,\x00", Options{},
			"binary data of an unknown kind, not a dataset: give CSV, JSON of the Million Playlist Dataset, FIMI or Parquet, plain or in gzip or zstd",
		},
		{
			"HTML", "\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>", Options{},
			`an HTML or XML page, not a dataset (it starts "<!DOCTYPE html> <html><head><title>Sign in</title></head></html>"): the address probably answers with an error or a login page; open it in a browser`,
		},
		{
			"XML, format given", `<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>`, Options{Format: CSV},
			`an HTML or XML page, not a dataset (it starts "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"): the address probably answers with an error or a login page; open it in a browser`,
		},
		{
			"plain text error", "404 page not found\n", Options{},
			`line 1: no column for the playlist: the header has "404 page not found"; ` + usualPlaylist,
		},
		{
			"ZIP", "PK\x03\x04\x14\x00", Options{},
			"a ZIP archive or a spreadsheet, not a dataset: unpack the file, or save the sheet as CSV, and compress it with gzip if it must be small",
		},
		{
			"tar", "slice.json" + strings.Repeat("\x00", 247) + "ustar\x0000", Options{},
			"a tar archive, not a dataset: unpack it and give one file",
		},
		{
			"compressed twice", string(gzipped(gzipped([]byte("pid,track\n1,A\n")))), Options{},
			"data compressed twice, not a dataset: compress it once",
		},
		{
			"binary", "\x7fELF\x02\x01\x01\x00\x00", Options{},
			"binary data of an unknown kind, not a dataset: give CSV, JSON of the Million Playlist Dataset, FIMI or Parquet, plain or in gzip or zstd",
		},
		{
			"unknown format", "pid,track\n1,A\n", Options{Format: "xml"},
			`format "xml" is unknown: set DATASET_FORMAT to csv, mpd, fimi or parquet, or leave it empty to have it recognised`,
		},

		// Compression.
		{
			"gzip cut short", string(gzipped([]byte("pid,track\n1,A\n"))[:30]), Options{},
			"the gzip data ends too early: the download was probably cut short; get the dataset again",
		},
		{
			"gzip cut in its header", "\x1f\x8b\x08\x00", Options{},
			"the gzip data ends too early: the download was probably cut short; get the dataset again",
		},
		{
			"gzip with a wrong sum", flip(string(gzipped([]byte("pid,track\n1,A\n"))), -8), Options{},
			"damaged gzip data (gzip: invalid checksum): get the dataset again",
		},
		{
			"gzip and rubbish after it", string(gzipped([]byte("pid,track\n1,A\n"))) + "rubbish after the end", Options{},
			"damaged gzip data (gzip: invalid header): get the dataset again",
		},
		{
			"zstd cut short", string(zstded([]byte("pid,track\n1,A\n"))[:12]), Options{},
			"the zstd data ends too early: the download was probably cut short; get the dataset again",
		},
		{
			"zstd with a wrong sum", flip(string(zstded([]byte("pid,track\n1,A\n"))), -1), Options{},
			"damaged zstd data (CRC check failed): get the dataset again",
		},

		// CSV.
		{
			"header only", "pid,track\n", Options{},
			"no entries: the dataset must hold at least one playlist with a track",
		},
		{
			"no playlist column", "id,name,track\n1,A,B\n", Options{},
			`line 1: no column for the playlist: the header has "id", "name", "track"; ` + usualPlaylist,
		},
		{
			"no track column", "pid,name\n1,A\n", Options{},
			`line 1: no column for the track: the header has "pid", "name"; ` + usualTrack,
		},
		{
			"no header", "1,Yesterday,The Beatles\n", Options{},
			`line 1: no column for the playlist: the header has "1", "Yesterday", "The Beatles"; ` + usualPlaylist,
		},
		{
			"many columns", strings.Repeat("x,", 30) + "pid\n", Options{},
			`line 1: no column for the track: the header has "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", "x", and 11 more; ` + usualTrack,
		},
		{
			"named column missing", "pid,track\n1,A\n", Options{Columns: Columns{Artist: "band"}},
			`line 1: no column "band", which DATASET_COLUMN_ARTIST names: the header has "pid", "track"`,
		},
		{
			"a column twice", "pid,Track Name,track_name\n1,A,B\n", Options{},
			`line 1: two columns for the track, "Track Name" and "track_name": rename one, or name the right one in DATASET_COLUMN_TRACK`,
		},
		{
			"a named column twice", "pid,x,x\n1,A,B\n", Options{Columns: Columns{Track: "x"}},
			`line 1: two columns for the track, "x" and "x": rename one, or name the right one in DATASET_COLUMN_TRACK`,
		},
		{
			"too many fields", "pid,track\n1,A\n2,B, C\n", Options{},
			"line 3: the row does not fit the header, 3 fields to 2: put a field that contains the separator or a quote in quotes, or remove the row",
		},
		{
			"too few fields", "pid,track,artist\n1,A,X\n\n2,B", Options{},
			"line 4: the row does not fit the header, 2 fields to 3: put a field that contains the separator or a quote in quotes, or remove the row",
		},
		{
			"empty track", "pid,track\n1,A\n1, \n", Options{},
			"line 3: the track has neither a name nor a URI: give it one, or remove the entry",
		},
		{
			"empty playlist", "pid,track\n1,A\n,B\n", Options{},
			"line 3: the playlist is empty: give the row its playlist, or remove it",
		},
		{
			"Latin-1", "pid,track\n1,A\n1,Caf\xe9\n", Options{},
			"line 3: byte 6 (0xE9) is not UTF-8: convert the dataset to UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8",
		},
		{
			"NUL", "pid,track\n" + strings.Repeat("1,A\n", 200) + "1,B\x00\n", Options{},
			"line 202: a NUL byte: this is binary data or UTF-16, not UTF-8 text; convert it to CSV in UTF-8",
		},
		{
			"CR alone", "pid,track\r1,A\r", Options{},
			`line 1: lines end in CR alone: convert them to LF, for example with tr '\r' '\n'`,
		},
		{
			"quote never closed", "pid,track\n1,A\n2,\"B\n3,C\n", Options{},
			`line 3: a quote that opens here is never closed: close it, or write quotes inside a field twice (""); if the end is missing, download the dataset again`,
		},
		{
			"quote never closed, long", "pid,track\n1,A\n2,\"B\n" + strings.Repeat("3,C\n", maxField/4), Options{},
			"line 3: a quoted field that opens here is longer than 64 KiB: a closing quote is probably missing",
		},
		{
			"quote inside quotes", "pid,track\n1,\"\"\"Heroes\"\"\"\n2,\"The \"Best\" of\"\n", Options{},
			`line 3: a quote inside a quoted field, before Best" of": write it twice ("")`,
		},
		{
			"line number after a field of several lines", "pid,track\n1,\"A\n\nB\"\n2\n", Options{},
			"line 5: the row does not fit the header, 1 fields to 2: put a field that contains the separator or a quote in quotes, or remove the row",
		},
		{
			"long field", "pid,track\n1," + strings.Repeat("x", maxField+1) + "\n", Options{},
			`line 2: a field of 65537 bytes, where 65536 are allowed (it starts "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"): is a closing quote or a separator missing?`,
		},
		{
			"long playlist", "pid,track\n" + strings.Repeat("x", maxField+1) + ",A\n", Options{},
			`line 2: a playlist of 65537 bytes, where 65536 are allowed (it starts "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"): is a closing quote or a separator missing?`,
		},
		{
			"long line", "pid,track\n1," + strings.Repeat("x", maxLine) + "\n", Options{},
			"line 2: longer than 4 MiB: is this text with a line for each row?",
		},

		// FIMI.
		{
			"FIMI without transactions", "\n\n \n", Options{Format: FIMI},
			"the dataset is empty: see that what makes it has finished",
		},
		{
			"FIMI, not UTF-8", "1 2\n3 \xff\n", Options{},
			"line 2: byte 3 (0xFF) is not UTF-8: convert the dataset to UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8",
		},

		// MPD.
		{
			"JSON array", `[{"pid":0}]`, Options{},
			`line 1: JSON, but no slice of the Million Playlist Dataset: it must be an object with "playlists"`,
		},
		{
			"JSON of something else", `{"error":"not found","status":404}`, Options{},
			`line 1: JSON, but no slice of the Million Playlist Dataset: it must have "playlists", and has "error", "status"`,
		},
		{
			"JSON scalar", `42`, Options{Format: MPD},
			`line 1: JSON, but no slice of the Million Playlist Dataset: it must be an object with "playlists"`,
		},
		{
			"playlists no array", `{"playlists":{}}`, Options{},
			`line 1: "playlists" is no array: is this a slice of the Million Playlist Dataset?`,
		},
		{
			"playlists of strings", "{\"playlists\":[\n\"a\"]}", Options{},
			`line 2: the playlist that starts here is no object with "tracks": is this a slice of the Million Playlist Dataset?`,
		},
		{
			"playlist without tracks", "{\"playlists\":[\n{\"pid\":1}]}", Options{},
			`line 2: the playlist that starts here has no "tracks": is this a slice of the Million Playlist Dataset?`,
		},
		{
			"track name no text", "{\"playlists\":[\n{\"tracks\":[\n{\"track_name\":7}]}]}", Options{},
			`line 2: "tracks.track_name" is a JSON number in the playlist that starts here: it must be what the Million Playlist Dataset has there`,
		},
		{
			"no playlist in it", `{"playlists":[]}`, Options{},
			"no entries: the dataset must hold at least one playlist with a track",
		},
		{
			"empty tracks", `{"playlists":[{"tracks":[]}]}`, Options{},
			"no entries: the dataset must hold at least one playlist with a track",
		},
		{
			"nameless track", "{\"playlists\":[\n{\"tracks\":[{\"track_name\":\"A\"}]},\n{\"tracks\":[{\"track_name\":\"A\"},\n{\"artist_name\":\"X\"}]}]}", Options{},
			"line 3: track 2 of the playlist that starts here: the track has neither a name nor a URI: give it one, or remove the entry",
		},
		{
			"NUL in a name", `{"playlists":[{"tracks":[{"track_name":"A\u0000B"}]}]}`, Options{},
			`line 1: track 1 of the playlist that starts here: a NUL character in the track "A\x00B\x00": remove it`,
		},
		{
			"JSON cut short", "{\"playlists\":[\n{\"tracks\":[{\"track_name\":\"A\"}]},\n{\"tra", Options{},
			"line 3: the JSON ends too early: the download was probably cut short; get the dataset again",
		},
		{
			"JSON cut between values", "{\"playlists\":[\n{\"tracks\":[{\"track_name\":\"A\"}]}\n", Options{},
			"line 3: the JSON ends too early: the download was probably cut short; get the dataset again",
		},
		{
			"JSON syntax", "{\"playlists\":[\n{\"tracks\":[{\"track_name\":\"A\"}]},\n{\"tracks\":[\n{\"track_name\":A}]}]}", Options{},
			"line 4: not valid JSON (invalid character 'A' looking for beginning of value): correct it, or get the dataset again",
		},
		{
			"JSON syntax between values", "{\"playlists\":[\n{\"tracks\":[{\"track_name\":\"A\"}]}\n{}]}", Options{},
			"line 3: not valid JSON (expected comma after array element): correct it, or get the dataset again",
		},
		{
			"JSON, not UTF-8", "{\"playlists\":[\n{\"tracks\":[{\"track_name\":\"Caf\xe9\"}]}]}", Options{},
			"line 2: not UTF-8: convert the dataset to UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8",
		},
		{
			"JSON value too long", `{"playlists":["` + strings.Repeat("x", 2*maxJSON) + `"]}`, Options{},
			"line 1: a value of more than 16 MiB, or much white space: split the playlist, or write the JSON in a shorter form",
		},

		// Parquet.
		{
			"not Parquet", "pid,track\n1,A\n", Options{Format: Parquet},
			`not Parquet, which starts with "PAR1": set DATASET_FORMAT to the right format, or leave it empty`,
		},
		{
			"Parquet cut short", "PAR1\x15\x00", Options{},
			"the Parquet file ends too early: the download was probably cut short; get the dataset again",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.in), c.opt)
			var refusal *Error
			if !errors.As(err, &refusal) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if err.Error() != c.want {
				t.Errorf("got  %s\nwant %s", err, c.want)
			}
		})
	}
}

// flip changes the byte at index i, counted from the end if negative.
func flip(s string, i int) string {
	b := []byte(s)
	b[(i+len(b))%len(b)] ^= 0xff
	return string(b)
}

func TestRefuseTooManyTracks(t *testing.T) {
	b := newBuilder()
	b.limit = 2
	err := readFIMI(b, bufio.NewReader(strings.NewReader("1 2\n2 1\n2 3\n")))
	if want := "line 3: more than 2 different tracks: split the dataset"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
