package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// wakeUps prints how long each takes from exec to its first answer, and how
// much memory it then has taken.
func wakeUps(s settings, subjects ...*subject) error {
	fmt.Printf("\nFrom exec to the first answer, %d times each in turn\n\n", s.cold)
	fmt.Println("| | rules | object | median | quartiles | above hello | peak memory | × object |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|--:|")
	took := make([][]float64, len(subjects)+1) // milliseconds; of hello at 0
	peak := make([][]float64, len(subjects)+1) // bytes
	for range s.cold {
		for n := range took {
			binary, env, request := s.hello, []string(nil), subjects[0].requests[0]
			if n > 0 {
				binary, env, request = s.recommend, subjects[n-1].env, subjects[n-1].requests[0]
			}
			p, err := launch(binary, false, env...)
			if err != nil {
				return err
			}
			d, err := p.awaitAnswer(request)
			took[n], peak[n] = append(took[n], d.Seconds()*1000), append(peak[n], float64(p.stop()))
			if err != nil {
				return err
			}
		}
	}
	fmt.Printf("| hello | | | %.1f ms | %s | | %.0f MB | |\n", median(took[0]), spread(took[0], "%.1f"), median(peak[0])/1e6)
	for n, subject := range subjects {
		ms, mem := took[n+1], median(peak[n+1])
		fmt.Printf("| %s | %d | %.1f MB | %.1f ms | %s | +%.1f ms | %.0f MB | %.2f |\n", subject.name, subject.rules, float64(subject.bytes)/1e6,
			median(ms), spread(ms, "%.1f"), median(ms)-median(took[0]), mem/1e6, mem/float64(subject.bytes))
	}
	return nil
}

// underLoad prints how many requests a second each answers with one core.
func underLoad(s settings, subject *subject) error {
	kinds := []struct {
		name, binary string
		env          []string
	}{{"hello", s.hello, nil}, {"recommender", s.recommend, subject.env}}
	fmt.Printf("\nOne core, %d connections, %d rounds of %v each in turn\n\n", connections, s.hot, s.duration)
	size, err := answerSize(s, subject)
	if err != nil {
		return err
	}
	kinds[0].env = []string{fmt.Sprint("SIZE=", size)}
	rounds := make([][]round, len(kinds))
	servers := make([]*process, len(kinds))
	for n, kind := range kinds {
		if servers[n], err = launch(kind.binary, true, kind.env...); err != nil {
			return err
		}
		defer servers[n].stop()
		if _, err := servers[n].awaitAnswer(subject.requests[0]); err != nil {
			return err
		}
		if _, err := load(servers[n].address, subject.requests, s.duration/2); err != nil { // to warm up
			return err
		}
	}
	for range s.hot {
		for n := range kinds {
			r, err := load(servers[n].address, subject.requests, s.duration)
			if err != nil {
				return err
			}
			if r.errors > 0 {
				return errors.New(kinds[n].name + " failed to answer")
			}
			rounds[n] = append(rounds[n], r)
		}
	}
	fmt.Println("| | requests/s | quartiles | of hello's | p50 | p99 | × hello's p99 | answer |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|--:|")
	for n, kind := range kinds {
		perSecond := figures(rounds[n], func(r round) float64 { return r.perSecond })
		p99 := figures(rounds[n], func(r round) float64 { return r.p99.Seconds() * 1000 })
		p50 := figures(rounds[n], func(r round) float64 { return r.p50.Seconds() * 1000 })
		var ratios, tails []float64
		for i := range rounds[n] {
			ratios = append(ratios, rounds[n][i].perSecond/rounds[0][i].perSecond)
			tails = append(tails, float64(rounds[n][i].p99)/float64(rounds[0][i].p99))
		}
		fmt.Printf("| %s | %.0f | %s | %.1f %% (%s) | %.2f ms | %.2f ms | %.2f | %.0f B |\n", kind.name, median(perSecond), spread(perSecond, "%.0f"),
			100*median(ratios), spread(scaled(ratios, 100), "%.1f"), median(p50), median(p99), median(tails), rounds[n][0].bytes)
	}
	return nil
}

// answerSize is the mean size of the recommender's answers, for hello to equal.
func answerSize(s settings, subject *subject) (int, error) {
	p, err := launch(s.recommend, true, subject.env...)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	if _, err := p.awaitAnswer(subject.requests[0]); err != nil {
		return 0, err
	}
	r, err := load(p.address, subject.requests, time.Second)
	return int(r.bytes), err
}

func figures(rounds []round, of func(round) float64) (f []float64) {
	for _, r := range rounds {
		f = append(f, of(r))
	}
	return f
}

func scaled(f []float64, by float64) (s []float64) {
	for _, v := range f {
		s = append(s, v*by)
	}
	return s
}

func median(f []float64) float64 { return quantile(f, 0.5) }

func spread(f []float64, format string) string {
	return strings.ReplaceAll(fmt.Sprintf(format+"–"+format, quantile(f, 0.25), quantile(f, 0.75)), " ", "")
}

func quantile(f []float64, q float64) float64 {
	sorted := slices.SortedFunc(slices.Values(f), cmp.Compare)
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
