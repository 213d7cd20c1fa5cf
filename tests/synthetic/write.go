package synthetic

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
)

// WriteCSV writes that many playlists, a row for each entry, with the columns
// of the Million Playlist Dataset that say which track it is.
func WriteCSV(w io.Writer, seed uint64, playlists int) error {
	out := bufio.NewWriterSize(w, 1<<16)
	fmt.Fprintln(out, "pid,artist_name,track_name,track_uri")
	g := New(seed)
	var row []byte
	for pid := range playlists {
		for _, t := range g.Playlist(pid) {
			row = strconv.AppendInt(row[:0], int64(pid), 10)
			row = strconv.AppendUint(append(row, ",Artist "...), uint64(t.Artist), 10)
			row = strconv.AppendUint(append(row, ",Song No. "...), uint64(t.Song), 10)
			row = appendURI(append(row, ",spotify:track:"...), t)
			out.Write(append(row, '\n'))
		}
	}
	return out.Flush()
}

// WriteFIMI writes that many playlists, a line each, of numbers.
func WriteFIMI(w io.Writer, seed uint64, playlists int) error {
	out := bufio.NewWriterSize(w, 1<<16)
	g := New(seed)
	var line []byte
	for pid := range playlists {
		line = line[:0]
		for _, t := range g.Playlist(pid) {
			line = append(strconv.AppendUint(line, uint64(t.Artist)*songs+uint64(t.Song), 10), ' ')
		}
		out.Write(append(line, '\n'))
	}
	return out.Flush()
}

// appendURI appends 22 letters and digits, which differ between tracks.
func appendURI(b []byte, t Track) []byte {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	x := uint64(t.Artist)<<32 | uint64(t.Song)
	for range 2 {
		x *= 0x9E3779B97F4A7C15 // odd, so that no two numbers become one
		x ^= x >> 32
		for rest, n := x, 0; n < 11; n++ {
			b = append(b, digits[rest%62])
			rest /= 62
		}
	}
	return b
}
