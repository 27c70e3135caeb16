# SPDX-License-Identifier: MIT
# differs: Python has no --trace
# What happens goes into a file, as lines of JSON in order of time.
cat >"$TMPDIR/shop.mini" <<'PROGRAM'
import asyncio, os, queue, threading

lock = threading.Lock()
line = queue.Queue()

def work(n):
    with lock:
        line.put(n)

threads = [threading.Thread(target=work, args=(i,), name=f'"{i}" \\') for i in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()

async def main():
    lock = asyncio.Lock()

    async def step():
        async with lock:
            await asyncio.sleep(0)

    await asyncio.gather(step(), step())

asyncio.run(main())
pid = os.fork()
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)
PROGRAM
cat >"$TMPDIR/look.mini" <<'PROGRAM'
import json, sys
from collections import Counter

with open(sys.argv[1]) as file:
    events = [json.loads(text) for text in file]
print(events[0]["event"], events[-1]["event"])
for thread in {e["thread"] for e in events if "thread" in e}:
    times = [e["ns"] for e in events if e.get("thread") == thread]
    if times != sorted(times):
        print("out of order in thread", thread)
for e in events:
    if e["event"] == "thread.start":
        print(e["thread"], e["parent"], e["name"])
counts = Counter(e["event"] for e in events)
for name in ("thread.exit", "queue.put", "task.cancel", "fork"):
    print(name, counts[name])
print(counts["gil.acquire"] - counts["gil.release"] in (0, 1, 2, 3, 4))
taken = [e for e in events if e["event"] == "lock.acquire" and e.get("function") == "work"]
print(len(taken), {(e["line"], e["file"][-9:]) for e in taken})
print(all(e["waited_ns"] >= 0 for e in events if e["event"] == "gil.acquire"))
of_tasks = [e for e in events if "task" in e and e["event"].startswith("lock")]
print([e["event"] for e in of_tasks], len({e["task"] for e in of_tasks}))
PROGRAM
$MINI --trace="$TMPDIR/shop.jsonl" "$TMPDIR/shop.mini"
echo "status $?"
$MINI "$TMPDIR/look.mini" "$TMPDIR/shop.jsonl" | sort

$MINI --trace="$TMPDIR/nowhere/x" -c 'print("not run")' 2>&1 | sed "s|$TMPDIR|TMP|"
$MINI --trace= -c 'print("not run")' 2>&1

# From inside a program, again and again while threads go on.
cat >"$TMPDIR/inside.mini" <<'PROGRAM'
import gil, os, queue, threading

path = os.environ["TMPDIR"] + "/inside.jsonl"
busy = True
there, back = queue.Queue(), queue.Queue()

def echo():
    while (item := there.get()) is not None:
        back.put(item)

thread = threading.Thread(target=echo)
thread.start()
print(gil.stop_trace())
for round in range(20):
    gil.start_trace(path)
    for i in range(50):
        there.put(i)
        back.get()
    print(gil.stop_trace(), end=" ")
    with open(path) as file:
        text = file.read()
    assert text.startswith('{"ns":') and text.endswith('"event":"trace.stop"}\n')
    assert text.count('"queue.put"') == 100, text.count('"queue.put"')
there.put(None)
thread.join()
print()
gil.start_trace(path)
try:
    gil.start_trace(path)
except RuntimeError as error:
    print(error)
gil.stop_trace()
try:
    gil.start_trace("/nowhere/at/all")
except OSError as error:
    print(error)
PROGRAM
$MINI "$TMPDIR/inside.mini"
