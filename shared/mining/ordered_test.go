package mining

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// counting is a worker whose task n emits n blocks: n·1000, n·1000+1, …
func counting(context.Context) func(task int, emit func(int) bool) {
	return func(task int, emit func(int) bool) {
		for i := range task {
			if !emit(task*1000 + i) {
				return
			}
		}
	}
}

func TestInOrder(t *testing.T) {
	for _, workers := range []int{1, 2, 7, 200} {
		const tasks = 120
		var want, got, finished []int
		for task := range tasks {
			for i := range task {
				want = append(want, task*1000+i)
			}
		}
		err := inOrder(context.Background(), workers, tasks, counting,
			func(block int) error { got = append(got, block); return nil },
			func(task int) { finished = append(finished, task) })
		if err != nil || !slices.Equal(want, got) {
			t.Errorf("%d workers: error %v, %d blocks of %d, or out of order", workers, err, len(got), len(want))
		}
		if !slices.Equal(finished, slices.Collect(indices(tasks))) {
			t.Errorf("%d workers: finished %v", workers, finished)
		}
	}
}

func TestInOrderWithoutTasks(t *testing.T) {
	err := inOrder(context.Background(), 3, 0, counting,
		func(int) error { return errors.New("consumed") }, func(int) { t.Error("finished a task") })
	if err != nil {
		t.Error(err)
	}
}

func TestInOrderEndsAtAnError(t *testing.T) {
	full := errors.New("full")
	consumed := 0
	err := inOrder(context.Background(), 4, 1000, counting, func(int) error {
		if consumed++; consumed == 500 {
			return full
		}
		return nil
	}, func(int) {})
	if !errors.Is(err, full) || consumed != 500 {
		t.Errorf("error %v after %d blocks", err, consumed)
	}
}

func TestInOrderEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	endless := func(context.Context) func(int, func(int) bool) {
		return func(_ int, emit func(int) bool) {
			for emit(1) {
			}
		}
	}
	consumed := 0
	err := inOrder(ctx, 3, 10, endless, func(int) error {
		if consumed++; consumed == 1000 {
			cancel()
		}
		return nil
	}, func(int) { t.Error("an endless task finished") })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestInOrderIsBounded(t *testing.T) {
	const workers = 2
	var emitted, consumed atomic.Int64
	worker := func(context.Context) func(int, func(int) bool) {
		return func(_ int, emit func(int) bool) {
			for range 10_000 {
				emit(1)
				if ahead := emitted.Add(1) - consumed.Load(); ahead > (streamsAhead*workers+workers+1)*(streamDepth+1) {
					t.Errorf("%d blocks wait", ahead)
					return
				}
			}
		}
	}
	err := inOrder(context.Background(), workers, 8, worker, func(int) error { consumed.Add(1); return nil }, func(int) {})
	if err != nil || consumed.Load() != 80_000 {
		t.Errorf("error %v, %d blocks", err, consumed.Load())
	}
}

func TestChunksCoverEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		work := rapid.SliceOfN(rapid.IntRange(0, 100), 0, 60).Draw(t, "work")
		limit := rapid.IntRange(1, 20).Draw(t, "limit")
		bounds := chunks(work, limit)
		if bounds[0] != 0 || bounds[len(bounds)-1] != len(work) || len(bounds)-1 > limit+1 {
			t.Fatalf("bounds %v of %d", bounds, len(work))
		}
		for c := range len(bounds) - 1 {
			if bounds[c] >= bounds[c+1] {
				t.Fatalf("chunk %d of %v is empty", c, bounds)
			}
		}
	})
}
