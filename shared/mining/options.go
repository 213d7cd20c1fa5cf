package mining

import (
	"fmt"
	"runtime"
)

// ItemsetOptions says which itemsets are wanted and how to mine them.
type ItemsetOptions struct {
	MinSupport int // least number of transactions that contain an itemset; at least 1
	MaxSize    int // most items in an itemset; 0 = no bound
	Threads    int // goroutines that mine; 0 = GOMAXPROCS

	// Progress, when set, is told how many of the frequent items are done with.
	// It is never called concurrently.
	Progress func(done, total int)
}

func (o ItemsetOptions) check() error {
	switch {
	case o.MinSupport < 1:
		return fmt.Errorf("mining: MinSupport is %d: give a count of transactions, at least 1", o.MinSupport)
	case o.MaxSize < 0:
		return fmt.Errorf("mining: MaxSize is %d: give the most items that an itemset may have, or 0 for no bound", o.MaxSize)
	case o.Threads < 0:
		return fmt.Errorf("mining: Threads is %d: give a number of goroutines, or 0 for one per processor", o.Threads)
	}
	return nil
}

// RuleOptions says which association rules are wanted and how to mine them.
type RuleOptions struct {
	MinSupport    int     // least support of antecedent ∪ {consequent}; at least 1
	MinConfidence float64 // least confidence, 0 … 1
	MaxSize       int     // most items in antecedent ∪ {consequent}; at least 2
	MaxRules      int     // most rules per antecedent, the strongest; 0 = all
	MaxTotal      int     // most rules in all, see MineRules; 0 = no bound
	Threads       int     // goroutines that mine; 0 = GOMAXPROCS

	// Progress, when set, is told how many of the frequent items are done with.
	// It is never called concurrently.
	Progress func(done, total int)
}

func (o RuleOptions) check() error {
	switch {
	case !(o.MinConfidence >= 0 && o.MinConfidence <= 1): // also refuses NaN
		return fmt.Errorf("mining: MinConfidence is %v: give a fraction from 0 to 1", o.MinConfidence)
	case o.MaxSize < 2:
		return fmt.Errorf("mining: MaxSize is %d: a rule has an antecedent and a consequent, so give at least 2", o.MaxSize)
	case o.MaxRules < 0:
		return fmt.Errorf("mining: MaxRules is %d: give the most rules per antecedent, or 0 for all", o.MaxRules)
	case o.MaxTotal < 0:
		return fmt.Errorf("mining: MaxTotal is %d: give the most rules in all, or 0 for no bound", o.MaxTotal)
	}
	return o.itemsets().check()
}

// itemsets are the options that mine the itemsets which the rules stand on.
func (o RuleOptions) itemsets() ItemsetOptions {
	return ItemsetOptions{MinSupport: o.MinSupport, MaxSize: o.MaxSize, Threads: o.Threads, Progress: o.Progress}
}

// threadCount resolves the option Threads.
func threadCount(threads int) int {
	if threads == 0 {
		return runtime.GOMAXPROCS(0)
	}
	return threads
}
