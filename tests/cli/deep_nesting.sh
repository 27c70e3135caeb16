# SPDX-License-Identifier: MIT
# Ten thousand nested brackets are an error with a place, never a crash.
for pair in '()' '[]' '{}'; do
    for _ in {1..10000}; do printf %s "${pair:0:1}"; done >"$TMPDIR/deep.mini"
    for _ in {1..10000}; do printf %s "${pair:1:1}"; done >>"$TMPDIR/deep.mini"
    $MINI "$TMPDIR/deep.mini" 2>&1 | tail -n 1
done
