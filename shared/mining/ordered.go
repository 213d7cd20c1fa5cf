package mining

import (
	"context"
	"sync"
)

// streamDepth is how many blocks a task may be ahead of its consumer, and
// streamsAhead how many streams may wait, per worker. Together with the size
// of a block they bound the memory of results that wait for their turn.
const (
	streamDepth  = 32
	streamsAhead = 4
)

// inOrder runs tasks 0 … tasks-1 on several goroutines and consumes what they
// emit on the caller's goroutine, in the order of the tasks: the outcome does
// not depend on the number of workers.
//
// newWorker makes one worker's state and returns what runs a task; it must stop
// soon after ctx ends or emit returns false. consume's error, or the end of
// ctx, ends everything and is returned. finished is called after each task.
func inOrder[B any](
	ctx context.Context, workers, tasks int,
	newWorker func(ctx context.Context) (run func(task int, emit func(B) bool)),
	consume func(B) error, finished func(task int),
) error {
	ctx, cancel := context.WithCancel(ctx)
	queue := taskQueue[B]{tasks: tasks, streams: make(chan chan B, streamsAhead*workers)}
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	for range min(workers, tasks) {
		running.Go(func() { queue.work(ctx, newWorker(ctx)) })
	}
	for task := range tasks {
		if err := drain(ctx, queue.streams, consume); err != nil {
			return err
		}
		finished(task)
	}
	return ctx.Err()
}

// drain consumes the blocks of the next task's stream.
func drain[B any](ctx context.Context, streams <-chan chan B, consume func(B) error) error {
	var stream chan B
	select {
	case stream = <-streams:
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		select {
		case block, open := <-stream:
			if !open {
				return nil
			}
			if err := consume(block); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// A taskQueue hands out tasks and lines up their streams in the same order.
type taskQueue[B any] struct {
	mu      sync.Mutex
	next    int
	tasks   int
	streams chan chan B
}

func (q *taskQueue[B]) work(ctx context.Context, run func(task int, emit func(B) bool)) {
	for {
		task, stream := q.take(ctx)
		if stream == nil {
			return
		}
		run(task, func(block B) bool {
			select {
			case stream <- block:
				return true
			case <-ctx.Done():
				return false
			}
		})
		if ctx.Err() != nil {
			return // the stream may be cut short: it must not look complete
		}
		close(stream)
	}
}

// take returns the next task and its stream, or nil when there is none left.
func (q *taskQueue[B]) take(ctx context.Context) (int, chan B) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.next == q.tasks {
		return 0, nil
	}
	stream := make(chan B, streamDepth)
	select {
	case q.streams <- stream:
	case <-ctx.Done():
		return 0, nil
	}
	q.next++
	return q.next - 1, stream
}

// chunks cuts 0 … len(work)-1 into consecutive ranges of about equal work, at
// most about limit of them: chunk c is [bounds[c], bounds[c+1]).
func chunks(work []int, limit int) (bounds []int) {
	total := 0
	for _, w := range work {
		total += w
	}
	bounds = append(bounds, 0)
	share, sum := total/limit+1, 0
	for i, w := range work {
		if sum += w; sum >= share {
			bounds, sum = append(bounds, i+1), 0
		}
	}
	if bounds[len(bounds)-1] < len(work) {
		bounds = append(bounds, len(work))
	}
	return bounds
}
