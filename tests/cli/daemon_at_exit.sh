# SPDX-License-Identifier: MIT
# Daemon threads neither keep a program from ending nor its files from being written.
for daemon in 'time.sleep, args=(1000,)' 'os.read, args=(r, 1)' lock.acquire; do
    $MINI -c "
import os, threading, time
r, w = os.pipe()
lock = threading.Lock()
lock.acquire()
threading.Thread(target=$daemon, daemon=True).start()
out = open('$TMPDIR/out', 'w')
out.write('kept')
"
    echo "status $?: $(cat "$TMPDIR/out")"
done
