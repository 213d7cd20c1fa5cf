package main

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// alone prints how long requests of several shapes take, one after the other.
func alone(s settings, subject *subject, requests func(shape) [][]byte) error {
	p, err := launch(s.recommender, false, subject.env...)
	if err != nil {
		return err
	}
	defer p.stop()
	if _, err := p.awaitAnswer(subject.requests[0]); err != nil {
		return err
	}
	c, err := dial(p.address)
	if err != nil {
		return err
	}
	defer c.Close()
	fmt.Printf("\nOne request at a time\n\n")
	fmt.Println("| seeds | limit | p50 | p99 |")
	fmt.Println("|--:|--:|--:|--:|")
	for _, shape := range []shape{{1, 10}, {5, 10}, {10, 10}, {50, 10}, {10, 500}} {
		var took []time.Duration
		drawn := requests(shape)
		for _, request := range drawn[:min(1000, len(drawn))] {
			sent := time.Now()
			status, _, err := c.do(request)
			if err == nil && status != http.StatusOK {
				err = fmt.Errorf("status %d", status)
			}
			if err != nil {
				return err
			}
			took = append(took, time.Since(sent))
		}
		if len(took) == 0 { // no playlist is that long
			continue
		}
		slices.Sort(took)
		fmt.Printf("| %d | %d | %.2f ms | %.2f ms |\n", shape.seeds, shape.limit, milliseconds(took[len(took)/2]), milliseconds(took[len(took)*99/100]))
	}
	return nil
}
