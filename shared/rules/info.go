package rules

import (
	"fmt"
	"math"
	"strconv"
)

// Method names how rules are made from transactions and parameters. It is
// part of a rule set's identity: raise it whenever equal input would give
// other bytes, so that every installation trains anew by itself.
const Method = "segue/11"

// Parameters say how a dataset becomes rules. The zero value of a field means
// what its comment says; the defaults suit real playlists.
type Parameters struct {
	// MinSupport is the least support of an itemset: a count from 1 on, or a
	// fraction of all playlists below 1. The usual textbook 0.05 finds no
	// rule on real playlists, where no track reaches 5 %.
	MinSupport Support `env:"MIN_SUPPORT" envDefault:"2" json:"min_support"`
	// MinConfidence is the least confidence of a rule, 0 to 1.
	MinConfidence float64 `env:"MIN_CONFIDENCE" envDefault:"0" json:"min_confidence"`
	// MaxItemsetSize bounds antecedent and consequent together, from 2 on.
	MaxItemsetSize int `env:"MAX_ITEMSET_SIZE" envDefault:"2" json:"max_itemset_size"`
	// MaxRules bounds the rules of one antecedent, strongest first; 0 keeps all.
	MaxRules int `env:"MAX_RULES" envDefault:"250" json:"max_rules"`
}

// Validate says which parameter is out of bounds, and its setting.
func (p Parameters) Validate() error {
	switch {
	case !(p.MinSupport > 0) || p.MinSupport > math.MaxUint32 || p.MinSupport >= 1 && p.MinSupport != Support(math.Trunc(float64(p.MinSupport))):
		return fmt.Errorf("MIN_SUPPORT is %v: give a count (1, 2, 3 …) or a fraction of all playlists below 1", p.MinSupport)
	case !(p.MinConfidence >= 0 && p.MinConfidence <= 1):
		return fmt.Errorf("MIN_CONFIDENCE is %v: give a number from 0 to 1", p.MinConfidence)
	case p.MaxItemsetSize < 2:
		return fmt.Errorf("MAX_ITEMSET_SIZE is %d: a rule needs 2 items at least", p.MaxItemsetSize)
	case p.MaxRules < 0:
		return fmt.Errorf("MAX_RULES is %d: give a number of rules per antecedent, or 0 for all", p.MaxRules)
	}
	return nil
}

// Support is a minimum support: absolute from 1 on, relative below.
type Support float64

// Count is the absolute support among that many transactions, at least 1.
func (s Support) Count(transactions int) int {
	if s >= 1 {
		return int(s)
	}
	return max(1, int(math.Ceil(float64(s)*float64(transactions))))
}

// String is the setting as it is written in MIN_SUPPORT.
func (s Support) String() string { return strconv.FormatFloat(float64(s), 'g', -1, 64) }

// Info describes a rule set. It lies in the object itself, so it holds nothing
// that differs between two trainings on equal input: no time, no duration.
type Info struct {
	ID         string     `json:"id"`
	Method     string     `json:"method"`
	Dataset    Dataset    `json:"dataset"`
	Parameters Parameters `json:"parameters"`
	// MinSupport is the absolute minimum support that the parameters came to.
	MinSupport  int `json:"min_support"`
	Antecedents int `json:"antecedents"`
	Rules       int `json:"rules"`
	// ArtistRules counts the rules between artists.
	ArtistRules int `json:"artist_rules"`
	// Quality is nil if the dataset is too small to measure it.
	Quality *Quality `json:"quality,omitempty"`
}

// Quality is how well rules made in the same way, but without some of the
// playlists, recommend the tracks of those: the means over them. Lists are 500
// long; package quality defines the figures.
type Quality struct {
	Playlists  int     `json:"playlists"` // held out
	Seeds      int     `json:"seeds"`     // first tracks of each that were given
	RPrecision float64 `json:"r_precision"`
	NDCG       float64 `json:"ndcg"`
	HitRate    float64 `json:"hit_rate"` // of the first ten
}

// Dataset is the dataset that a rule set was made from.
type Dataset struct {
	Name      string `json:"name"`
	Digest    string `json:"digest"` // sha256:<hex> of the snapshot's bytes
	Playlists int    `json:"playlists"`
	Tracks    int    `json:"tracks"`
	Entries   int64  `json:"entries"` // playlist–track pairs as read, repeats included
}
