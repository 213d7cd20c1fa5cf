package rules

import (
	"slices"

	"segue.dev/shared/mining"
)

// shrinkage pulls the confidence of rare antecedents towards zero: a rule that
// held in 2 of 2 playlists says less than one that held in 150 of 200. It is
// the weight, in playlists, of the belief that a rule does not hold.
const shrinkage = 10

// maxReasons is how many rules an answer names for one recommendation.
const maxReasons = 3

// A Request asks for recommendations: seeds are the tracks that are given;
// seeds and excluded tracks never come back.
type Request struct {
	Seeds   []mining.Item
	Exclude []mining.Item
	Limit   int
}

// An Answer lists recommendations, best first: the first ByRules of them have
// rules behind them, the others are the most popular tracks, to fill the list.
type Answer struct {
	Recommendations []Recommendation
	ByRules         int
}

// A Recommendation is a track and why.
type Recommendation struct {
	Item mining.Item
	// Score is the sum of the shrunk confidences of all rules that hold, 0 for
	// a popular track that fills the list.
	Score float32
	// Because are the strongest rules that hold, at most three, best first.
	Because []Reason
}

// A Reason is a rule whose antecedent is part of the request.
type Reason struct {
	Antecedent []mining.Item // ascending; lies in the rule set
	Support    int           // playlists with antecedent and consequent
	Confidence float64       // Support / support of the antecedent
	Lift       float64       // Confidence / relative support of the consequent

	weight float32
}

// Recommend answers a request: for every rule A → c with A among the seeds, c
// gains support(A ∪ c) / (support(A) + shrinkage). Ties go to the more popular
// track. The same request on the same rules gives the same answer. It takes
// time linear in the rules of the seeds.
func (r *Rules) Recommend(q Request) Answer {
	s := r.scratch.get()
	defer r.scratch.put(s)
	s.mark(q.Seeds, isSeed)
	s.mark(q.Exclude, isExcluded)
	antecedents := r.antecedentsAmong(q.Seeds, s)
	r.score(antecedents, s)
	best := s.best(q.Limit)
	answer := Answer{Recommendations: make([]Recommendation, len(best), q.Limit), ByRules: len(best)}
	for n, c := range best {
		answer.Recommendations[n] = Recommendation{Item: c.item, Score: c.score}
	}
	r.explain(answer.Recommendations, antecedents, s)
	return r.fill(answer, q.Limit, s)
}

// antecedentsAmong lists the antecedents all of whose items are seeds.
func (r *Rules) antecedentsAmong(seeds []mining.Item, s *scratch) []uint32 {
	s.antecedents = s.antecedents[:0]
	for n, seed := range seeds {
		if slices.Contains(seeds[:n], seed) {
			continue
		}
		for a := r.antecedentFirst[seed]; a < r.antecedentFirst[seed+1]; a++ {
			if s.allSeeds(r.antecedent(a)) {
				s.antecedents = append(s.antecedents, a)
			}
		}
	}
	slices.Sort(s.antecedents) // the order of addition decides the last bit of a score
	return s.antecedents
}

// antecedent is the itemset of antecedent a.
func (r *Rules) antecedent(a uint32) []mining.Item {
	return r.mined.AntecedentItems[r.mined.AntecedentOffsets[a]:r.mined.AntecedentOffsets[a+1]]
}

// score adds up the rules of the antecedents.
func (r *Rules) score(antecedents []uint32, s *scratch) {
	m := &r.mined
	for _, a := range antecedents {
		weight := weightOf(m.AntecedentSupports[a])
		from, to := m.RuleOffsets[a], m.RuleOffsets[a+1]
		supports := m.Supports[from:to]
		for n, c := range m.Consequents[from:to] {
			s.add(c, float32(supports[n])*weight)
		}
	}
}

// weightOf is what each playlist of a rule's support counts.
func weightOf(antecedentSupport uint32) float32 { return 1 / (float32(antecedentSupport) + shrinkage) }

// explain names the strongest rules behind each recommendation.
func (r *Rules) explain(recommendations []Recommendation, antecedents []uint32, s *scratch) {
	m := &r.mined
	reasons := make([]Reason, len(recommendations)*maxReasons)
	for n := range recommendations {
		recommendations[n].Because = reasons[n*maxReasons : n*maxReasons : (n+1)*maxReasons]
		s.place[recommendations[n].Item] = uint32(n + 1)
	}
	for _, a := range antecedents {
		for rule := m.RuleOffsets[a]; rule < m.RuleOffsets[a+1]; rule++ {
			if place := s.place[m.Consequents[rule]]; place > 0 {
				because := &recommendations[place-1].Because
				*because = insert(*because, r.reason(a, rule))
			}
		}
	}
	for n := range recommendations {
		s.place[recommendations[n].Item] = 0
	}
}

func (r *Rules) reason(a, rule uint32) Reason {
	support, antecedent := r.mined.Supports[rule], r.mined.AntecedentSupports[a]
	confidence := float64(support) / float64(antecedent)
	expected := float64(r.supports[r.mined.Consequents[rule]]) / float64(r.info.Dataset.Playlists)
	return Reason{
		Antecedent: r.antecedent(a),
		Support:    int(support),
		Confidence: confidence,
		Lift:       confidence / expected,
		weight:     float32(support) * weightOf(antecedent),
	}
}

// insert keeps the strongest reasons, best first, within cap(because).
func insert(because []Reason, reason Reason) []Reason {
	at := len(because)
	for at > 0 && because[at-1].weight < reason.weight {
		at--
	}
	if at == cap(because) {
		return because
	}
	if len(because) == cap(because) {
		because = because[:len(because)-1]
	}
	return slices.Insert(because, at, reason)
}

// fill completes the list with the most popular tracks.
func (r *Rules) fill(answer Answer, limit int, s *scratch) Answer {
	for _, rec := range answer.Recommendations {
		s.mark([]mining.Item{rec.Item}, isExcluded)
	}
	for i := mining.Item(0); len(answer.Recommendations) < limit && int(i) < r.Len(); i++ {
		if s.marks[i] == 0 {
			answer.Recommendations = append(answer.Recommendations, Recommendation{Item: i})
		}
	}
	return answer
}
