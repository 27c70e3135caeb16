# SPDX-License-Identifier: MIT
# The exit status says how the program ended, as Python's does.
try() {
    $MINI -c "$1" 2>"$TMPDIR/err"
    echo "$? $(tail -n 1 "$TMPDIR/err")"
}
try 'pass'
try 'import sys; sys.exit()'
try 'import sys; sys.exit(3)'
try 'import sys; sys.exit("a message")'
try 'raise SystemExit(300)'
try '1 / 0'
try 'x ='
