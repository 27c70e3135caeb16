# SPDX-License-Identifier: MIT
# differs: Python has no --deadlock, and hangs
# What becomes of a deadlock: an exception, a report on stderr and hanging, or only hanging.
program='
import threading
def waiting():
    lock = threading.Lock()
    lock.acquire()
    print("waits", flush=True)
    lock.acquire()
waiting()'
hang() {
    : >"$TMPDIR/out"
    $MINI "$1" -c "$program" >"$TMPDIR/out" 2>"$TMPDIR/err" &
    until grep -q waits "$TMPDIR/out" && { [ "$2" = no ] || [ "$(wc -l <"$TMPDIR/err")" -gt 0 ]; }; do
        sleep 0.01
    done
    kill -0 $! && echo "$1: still there"
    kill $!
    wait $! 2>/dev/null
    echo "status $?"
    head -n 1 "$TMPDIR/err"
}
$MINI --deadlock=raise -c "$program" 2>"$TMPDIR/err"
echo "status $?"
grep -o "^DeadlockError.*" "$TMPDIR/err"
hang --deadlock=report yes
hang --deadlock=hang no
