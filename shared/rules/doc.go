// Package rules is the published rule set: one immutable object, used where it
// lies. Encode makes it; Parse checks it and slices it into columns, without a
// decoding pass; Find, Search and Recommend answer from the columns. FORMAT.md
// draws the bytes.
//
// Scores follow pairwise and longer association rules (Agrawal, Imieliński &
// Swami, SIGMOD 1993): every rule whose antecedent is part of the request adds
// its confidence, shrunk towards zero where the antecedent is rare.
package rules
