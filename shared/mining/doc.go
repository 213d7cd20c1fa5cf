// Package mining finds frequent itemsets and association rules in transactions:
// exactly, in memory, on all cores, and with the same outcome on any number of
// them. It knows nothing of playlists, files or networks.
//
// # Itemsets
//
// [Itemsets] and [CountItemsets] search depth first (Eclat; Zaki, IEEE TKDE
// 2000), in the form of LCM ver. 2 (Uno, Kiyomi & Arimura, FIMI 2004) and of
// Borgelt's eclat (Frequent item set mining, WIREs 2012):
//
//   - Items are numbered by support, the most frequent first. The branch of item
//     i holds the itemsets whose least frequent item is i, so that its database
//     is the part before i of each transaction that contains i (root.go).
//   - Occurrence deliver: one scan of a database hands every transaction to all
//     its items, and so prepares all branches at once (node.go).
//   - Each branch counts what extends it. Infrequent items are dropped. Perfect
//     extensions, those in all its transactions, are set aside: n of them
//     stand for 2^n itemsets (extensions.go, report.go).
//   - A branch with many extensions becomes a database of its own, with equal
//     transactions merged, and is searched in turn (extend.go).
//   - Up to a dozen items are done at once, as bit masks: one pass over the
//     transactions and one sum over the lattice of subsets give the supports of
//     all 2^n subsets, up to eight of them per machine operation. Every database
//     treats its most frequent items so, and most branches are nothing but such
//     a lattice. Counting then compares and lists nothing (lattice.go).
//   - Workers take the root's branches in a fixed order; results are consumed in
//     that order, as they come, with a bounded number waiting (ordered.go).
//
// Memory: 12 bytes per frequent entry of the database and 8 per transaction for
// the root, as much again while it is built, and per worker a stack of
// databases, each at most as large as the branch that it stands for. Listing
// adds at most 4 MiB of waiting itemsets for each of 5 tasks per worker.
//
// # Rules
//
// [MineRules] gives the rules with one consequent (Agrawal & Srikant, VLDB
// 1994). For pairs it does not search: for each antecedent it walks the
// transactions that contain it and counts their items in one array (pairs.go),
// which takes the sum of the squared sizes of the transactions, however long
// the tail of rare items. Larger antecedents come from the frequent itemsets
// (setrules.go).
package mining
