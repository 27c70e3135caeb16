# SPDX-License-Identifier: MIT
# interrupt CODE: runs CODE, which must print "ready", sends it Ctrl-C then, and shows how it ended.
interrupt() {
    : >"$TMPDIR/out"
    set -m # a background job of a script would ignore SIGINT otherwise
    $MINI -c "$1" >"$TMPDIR/out" 2>"$TMPDIR/err" &
    set +m
    until grep -q ready "$TMPDIR/out" || ! kill -0 $! 2>/dev/null; do sleep 0.01; done
    kill -INT $!
    wait $!
    echo "status $?: $(cat "$TMPDIR/out")"
    tail -n 1 "$TMPDIR/err"
}
