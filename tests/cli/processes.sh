# SPDX-License-Identifier: MIT
# The ends of programs of several processes: Ctrl-C for all, a parent that is killed, no zombies.
# differs: daemons leave when their parent is killed

# Ctrl-C goes to the whole group: parent and children end, each by KeyboardInterrupt.
cat >"$TMPDIR/group.mini" <<'END'
import multiprocessing as mp
import os

def wait(kind, thing, ready):
    ready.release()
    if kind == "lock":
        thing.acquire()
    elif kind == "event":
        thing.wait()
    elif kind == "condition":
        with thing:
            thing.wait()
    elif kind == "queue":
        thing.get()
    elif kind == "connection":
        thing.recv()
    elif kind == "semaphore":
        thing.acquire()

lock, ready = mp.Lock(), mp.Semaphore(0)
lock.acquire()
things = {"lock": lock, "event": mp.Event(), "condition": mp.Condition(), "queue": mp.Queue(),
          "connection": mp.Pipe()[0], "semaphore": mp.Semaphore(0)}
pipes = mp.Pipe()
things["connection"] = pipes[0]
children = [mp.Process(target=wait, args=(kind, thing, ready)) for kind, thing in things.items()]
for child in children:
    child.start()
for child in children:
    ready.acquire()
try:
    print("ready", flush=True)
    children[0].join()
    children[0].join(100)
except KeyboardInterrupt:
    for child in children:
        child.join()
    print([child.exitcode for child in children])
END
set -m
$MINI "$TMPDIR/group.mini" >"$TMPDIR/out" 2>"$TMPDIR/err" &
set +m
until grep -qs ready "$TMPDIR/out" || ! kill -0 $! 2>/dev/null; do sleep 0.01; done
sleep 0.1
kill -INT -- -$!
wait $!
echo "status $?: $(cat "$TMPDIR/out")"
grep -c '^KeyboardInterrupt' "$TMPDIR/err"

# A parent is killed: its daemons leave.
# shellcheck disable=SC2016
{ $MINI -c '
import multiprocessing as mp, os, signal, time
children = [mp.Process(target=time.sleep, args=(100,), daemon=True) for _ in range(3)]
for child in children:
    child.start()
print(*(child.pid for child in children), flush=True)
os.kill(os.getpid(), signal.SIGKILL)' >"$TMPDIR/pids"; } 2>/dev/null
for pid in $(cat "$TMPDIR/pids"); do
    for _ in $(seq 6000); do
        grep -q '^State:.*Z' "/proc/$pid/status" 2>/dev/null && break
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.01
    done
    if [ "$(grep -c '^State:.*Z' "/proc/$pid/status" 2>/dev/null)" = 1 ] || ! kill -0 "$pid" 2>/dev/null
    then echo "left"; else echo "stayed"; kill -9 "$pid"; fi
done

# The end of a program ends its daemons and waits for the others.
$MINI -c '
import multiprocessing as mp, time
def last():
    time.sleep(0.1)
    print("the last one", flush=True)
mp.Process(target=time.sleep, args=(100,), daemon=True).start()
mp.Process(target=last).start()
print("main is done", flush=True)'
echo "status $?"
