// Package events is every event that Segue's functions exchange: one Go type,
// one versioned type constant, one Validate and one committed JSON schema
// each, and the only two ways they travel: Handler receives, Sink sends. It is
// the one place that knows CloudEvents (cloudevents.io, version 1.0).
//
// Data is small: an event may travel in a Kubernetes Secret. IDs are
// deterministic, so every consumer can tell an event that came twice.
package events

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

//go:generate go test -run TestSchemas -update .

const schemaURL = "https://segue.dev/events/"

// The types of events. A change that an old reader cannot read is a new type.
const (
	TypePing            = "dev.knative.sources.ping" // a PingSource's tick; its data is never parsed
	TypeDatasetChanged  = "dev.segue.dataset.changed.v1"
	TypeDatasetRejected = "dev.segue.dataset.rejected.v1"
	TypeRulesPublished  = "dev.segue.rules.published.v1"
	TypeTrainingFailed  = "dev.segue.training.failed.v1"
)

// Data is what an event says.
type Data interface {
	Type() string    // one of the constants above
	Source() string  // stable URI-reference of the producer
	Subject() string // the dataset's name
	ID() string      // equal for equal occurrences
	Validate() error // what is missing or wrong
}

// DatasetChanged says that there is a dataset whose rules are not served yet:
// from dataset-check to trainer. It is sent again, with a higher Attempt, until
// the rules are there.
type DatasetChanged struct {
	Snapshot
	// Rules is the identity of the rules that should be there.
	Rules string `json:"rules"`
	// Attempt counts how often these rules were asked for, from 1.
	Attempt int `json:"attempt"`
}

// DatasetRejected says that the dataset's URL gave something that is no
// dataset: from dataset-check to people. The rules before it go on serving.
type DatasetRejected struct {
	Snapshot
	Reason string `json:"reason"`
}

// Snapshot is the state of a dataset at one time.
type Snapshot struct {
	Dataset string `json:"dataset"` // its name
	URL     string `json:"url"`
	Digest  string `json:"digest"`   // sha256:<hex> of the bytes
	Bytes   int64  `json:"bytes"`    // length of the snapshot
	Key     string `json:"snapshot"` // where the bucket keeps it
	// Generation counts the dataset's changes, from 1; the higher is the newer.
	Generation int64     `json:"generation"`
	DetectedAt time.Time `json:"detected_at"`
}

// RulesPublished says that new rules can be served: from trainer to anyone.
type RulesPublished struct {
	Dataset     string             `json:"dataset"`
	Digest      string             `json:"digest"`
	Generation  int64              `json:"generation"`
	Rules       string             `json:"rules"` // identity of the rule set
	Key         string             `json:"key"`   // where the bucket keeps it
	Bytes       int64              `json:"bytes"`
	Counts      Counts             `json:"counts"`
	Parameters  map[string]string  `json:"parameters"` // by setting
	Quality     map[string]float64 `json:"quality,omitempty"`
	Seconds     map[string]float64 `json:"seconds"` // durations by stage; none if these rules had been made before
	PublishedAt time.Time          `json:"published_at"`
}

// Counts tells how large a rule set and its dataset are.
type Counts struct {
	Playlists   int   `json:"playlists"`
	Tracks      int   `json:"tracks"`
	Entries     int64 `json:"entries"`
	Antecedents int   `json:"antecedents"`
	Rules       int   `json:"rules"`
}

// TrainingFailed says that a dataset gave no rules and why: from trainer to
// people. The rules before it go on serving.
type TrainingFailed struct {
	Dataset    string `json:"dataset"`
	Digest     string `json:"digest"`
	Generation int64  `json:"generation"`
	Rules      string `json:"rules"`
	Reason     string `json:"reason"`
	Attempt    int    `json:"attempt"`
}

func (DatasetChanged) Type() string  { return TypeDatasetChanged }
func (DatasetRejected) Type() string { return TypeDatasetRejected }
func (RulesPublished) Type() string  { return TypeRulesPublished }
func (TrainingFailed) Type() string  { return TypeTrainingFailed }

func (Snapshot) Source() string       { return "/segue/dataset-check" }
func (RulesPublished) Source() string { return "/segue/trainer" }
func (TrainingFailed) Source() string { return "/segue/trainer" }

func (s Snapshot) Subject() string       { return s.Dataset }
func (e RulesPublished) Subject() string { return e.Dataset }
func (e TrainingFailed) Subject() string { return e.Dataset }

func (e DatasetChanged) ID() string { return identity(e.Rules, e.Generation) }
func (e DatasetRejected) ID() string {
	return identity(e.Digest, e.Generation)
}
func (e RulesPublished) ID() string { return identity(e.Rules, e.Generation) }
func (e TrainingFailed) ID() string {
	return identity(e.Rules, e.Generation) + "-" + strconv.Itoa(e.Attempt)
}

func identity(what string, generation int64) string {
	return what + "-" + strconv.FormatInt(generation, 10)
}

func (e DatasetChanged) Validate() error {
	return cmp.Or(e.Snapshot.validate(), required("rules", e.Rules), positive("attempt", int64(e.Attempt)))
}

func (e DatasetRejected) Validate() error {
	return cmp.Or(e.Snapshot.validate(), required("reason", e.Reason))
}

func (e RulesPublished) Validate() error {
	return cmp.Or(required("dataset", e.Dataset), checkDigest(e.Digest), positive("generation", e.Generation),
		required("rules", e.Rules), required("key", e.Key), positive("bytes", e.Bytes))
}

func (e TrainingFailed) Validate() error {
	return cmp.Or(required("dataset", e.Dataset), checkDigest(e.Digest), positive("generation", e.Generation),
		required("rules", e.Rules), required("reason", e.Reason), positive("attempt", int64(e.Attempt)))
}

func (s Snapshot) validate() error {
	return cmp.Or(required("dataset", s.Dataset), required("url", s.URL), checkDigest(s.Digest),
		required("snapshot", s.Key), positive("generation", s.Generation))
}

func required(field, value string) error {
	if value == "" {
		return fmt.Errorf("field %q is missing", field)
	}
	return nil
}

// maxCount is what every JSON reader keeps exactly.
const maxCount = 1 << 53

func positive(field string, value int64) error {
	if value < 1 || value > maxCount {
		return fmt.Errorf("field %q is %d: it counts from 1 to 2⁵³", field, value)
	}
	return nil
}

var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

func checkDigest(digest string) error {
	if !digestForm.MatchString(digest) {
		return fmt.Errorf("field %q is %q: it has the form sha256:<64 hex digits>", "digest", digest)
	}
	return nil
}
