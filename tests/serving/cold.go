package main

import (
	"context"
	"fmt"
	"io"
	"time"
)

// wakeUps prints how long each takes from exec to its first answer, and how
// much memory it then has taken. Beside it stands what the S3 server takes to
// hand out the object to a client that throws it away.
func wakeUps(ctx context.Context, s settings, subjects ...*subject) error {
	fmt.Printf("\nFrom exec to the first answer, %d times each in turn\n\n", s.cold)
	fmt.Println("| | rules | object | median | quartiles | above hello | the GET alone | peak memory | × object |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
	kinds := len(subjects) + 1 // 0 is hello
	took, peak, gets := make([][]float64, kinds), make([][]float64, kinds), make([][]float64, kinds)
	for range s.cold {
		for n := range kinds {
			binary, env, request := s.hello, []string(nil), subjects[0].requests[0]
			if n > 0 {
				binary, env, request = s.recommender, subjects[n-1].env, subjects[n-1].requests[0]
				get, err := subjects[n-1].get(ctx)
				if err != nil {
					return err
				}
				gets[n] = append(gets[n], milliseconds(get))
			}
			p, err := launch(binary, false, env...)
			if err != nil {
				return err
			}
			d, err := p.awaitAnswer(request)
			took[n], peak[n] = append(took[n], milliseconds(d)), append(peak[n], float64(p.stop()))
			if err != nil {
				return err
			}
		}
	}
	fmt.Printf("| hello | | | %.1f ms | %s | | | %.0f MB | |\n", median(took[0]), spread(took[0], "%.1f"), median(peak[0])/1e6)
	for n, subject := range subjects {
		ms, memory := took[n+1], median(peak[n+1])
		info, size := subject.sets[0].Info, subject.sets[0].Bytes
		fmt.Printf("| %s | %d | %.1f MB | %.1f ms | %s | +%.1f ms | %.1f ms | %.0f MB | %.2f |\n", subject.name, info.Rules+info.ArtistRules, float64(size)/1e6,
			median(ms), spread(ms, "%.1f"), median(ms)-median(took[0]), median(gets[n+1]), memory/1e6, memory/float64(size))
	}
	return nil
}

// get reads the rule set as a bare client would.
func (s *subject) get(ctx context.Context) (time.Duration, error) {
	start := time.Now()
	object, err := s.bucket.Stream(ctx, s.sets[0].Key, "")
	if err != nil {
		return 0, err
	}
	defer object.Close()
	// In pieces as large as the recommender's, which Discard would not take itself.
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, object, make([]byte, 256<<10))
	return time.Since(start), err
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }
