# SPDX-License-Identifier: MIT
# Pickles of all kinds of values, in all protocols: read by who wrote them, and by the other
# interpreter, in both directions.
corpus=$(dirname "$0")/_pickle_corpus.mini
data=$(mktemp)
trap 'rm -f "$data"' EXIT
cross() {
    "$1" "$corpus" write "$data" && "$2" "$corpus" read "$data"
}
cross "$MINI" "$MINI"
cross "$MINI" python3
cross python3 "$MINI"
