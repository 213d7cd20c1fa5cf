package epoll

import (
	"net"
	"os"
	"testing"
)

// TestNoDescriptorStays opens connections and closes them, one that cannot be taken too.
func TestNoDescriptorStays(t *testing.T) {
	dial(t, "") // the poller's own come with the first
	before := descriptors(t)
	for range 20 {
		server, client := dial(t, "")
		server.Close()
		client.Close()
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, %d before", after, before)
	}
	if _, err := Take(new(net.TCPConn)); err == nil {
		t.Error("took no connection")
	}
}

// descriptors counts the open ones.
func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}
