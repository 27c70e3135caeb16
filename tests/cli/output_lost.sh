# SPDX-License-Identifier: MIT
# Output that cannot be written: the status is 120 if it shows at the end only.
# since: 3.13
unset PYTHONUNBUFFERED
try() {
    $MINI -c "$1" 2>"$TMPDIR/err" >/dev/full
    echo "status $?"
    grep -v '^Exception ignored' "$TMPDIR/err"
}
try 'print("x")'
try 'print("x"); raise ValueError(3)'
try 'print("x"); raise SystemExit(3)'
try 'print("x", flush=True)'
try 'print("x" * 100000)'
try 'import sys; sys.stdout.close()'
$MINI -c 'print("x")' >&-
echo "status $?"
$MINI -c 'import os; os.close(1); print("x")' 2>"$TMPDIR/err"
echo "status $?"
cat "$TMPDIR/status" 2>/dev/null
tail -n 1 "$TMPDIR/err"
$MINI -c '1 / 0' 2>&-
echo "status $?"
$MINI -c '1 / 0' 2>/dev/full
echo "status $?"
$MINI -c 'import sys
class Bad:
    def write(self, text): pass
    def flush(self): 1 / 0
sys.stderr = Bad()'
echo "status $?"
($MINI -c 'for i in range(100000): print(i)' 2>"$TMPDIR/err"; echo "status $?" >"$TMPDIR/status") | head -n 1
cat "$TMPDIR/status" 2>/dev/null
tail -n 1 "$TMPDIR/err"
($MINI -c 'import select; print(1); poll = select.poll(); poll.register(1, 0); poll.poll()' 2>"$TMPDIR/err"; echo "status $?" >"$TMPDIR/status") | true
cat "$TMPDIR/status" 2>/dev/null
tail -n 1 "$TMPDIR/err"
