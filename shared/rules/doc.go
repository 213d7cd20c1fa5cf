// Package rules is the published rule set: one immutable object, used where it
// lies. Encode makes it; Parse checks it and slices it into columns; Find,
// Search and Recommend answer from the columns. FORMAT.md draws the bytes.
//
// Scores add up the strengths of association rules (Agrawal, Imieliński &
// Swami, SIGMOD 1993) between tracks and, one level up the taxonomy, between
// artists (Srikant & Agrawal, VLDB 1995); a low-rank estimate of how often
// tracks occur together sharpens the order. The best of these candidates come in
// an order that was learned. docs/quality.md tells how, and what each part buys.
package rules
