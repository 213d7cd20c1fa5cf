package epoll

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestReadsWaitFirst lets a request come before its connection is taken, and then looks
// whether the next read would try in vain.
func TestReadsWaitFirst(t *testing.T) {
	server, client := dial(t, newPoller(t, 10), "early")
	got := make([]byte, 9)
	for _, want := range []string{"early", "late"} {
		if n, err := server.Read(got); string(got[:n]) != want || err != nil {
			t.Fatalf("%q, %v", got[:n], err)
		}
		if server.knows(&server.readable) {
			t.Errorf("the read behind %q does not wait", want)
		}
		if _, err := io.WriteString(client, "late"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEndBehindARequest ends the client's side behind what it sent, which one event tells.
func TestEndBehindARequest(t *testing.T) {
	server, client := dial(t, newPoller(t, 10), "last words")
	if err := client.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return server.knows(&server.ambiguous) })
	_ = server.SetReadDeadline(time.Now().Add(10 * time.Second))
	if got, err := io.ReadAll(server); string(got) != "last words" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestUrgentData has a read stop at a byte that is sent out of band.
func TestUrgentData(t *testing.T) {
	server, client := dial(t, newPoller(t, 10), "before")
	if err := unix.Sendto(client.fd, []byte("!"), unix.MSG_OOB, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(client, "behind"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return server.knows(&server.ambiguous) })
	client.Close()
	_ = server.SetReadDeadline(time.Now().Add(10 * time.Second))
	if got, err := io.ReadAll(server); string(got) != "beforebehind" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// knows reads what the poller may write.
func (c *Conn) knows(fact *bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return *fact
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for start := time.Now(); !done(); time.Sleep(time.Millisecond) {
		if time.Since(start) > 10*time.Second {
			t.Fatal("waited in vain")
		}
	}
}

// TestNothingStays opens connections and closes them.
func TestNothingStays(t *testing.T) {
	p := newPoller(t, 10)
	before := descriptors(t)
	for range 20 {
		server, client := dial(t, p, "")
		server.Close()
		client.Close()
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, %d before", after, before)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.conns) > 0 {
		t.Errorf("%d connections", len(p.conns))
	}
}

// TestClosedTwice closes a connection again whose descriptor another has by then.
func TestClosedTwice(t *testing.T) {
	p := newPoller(t, 10)
	c, _ := dial(t, p, "")
	c.Close()
	other := new(Conn)
	p.mu.Lock()
	p.conns[int32(c.fd)] = other
	p.mu.Unlock()
	if err := c.Close(); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conns[int32(c.fd)] != other {
		t.Error("the other is not waited for any more")
	}
}

// TestShortage leaves the connection as it was if there is no descriptor.
func TestShortage(t *testing.T) {
	p := newPoller(t, 10)
	server, client := connect(t)
	defer server.Close()
	defer client.Close()
	var usual unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &usual); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 1, Max: usual.Max}); err != nil {
		t.Fatal(err)
	}
	_, err := p.Take(client.(*net.TCPConn))
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &usual); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(err, unix.EMFILE) {
		t.Errorf("took it, or %v", err)
	}
	if _, err := io.WriteString(client, "still here"); err != nil {
		t.Error(err)
	}
}

// descriptors counts the open ones, but not those of the listing itself.
func descriptors(t *testing.T) (open int) {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if to, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && !strings.HasPrefix(to, "/proc/") {
			open++
		}
	}
	return open
}
