# SPDX-License-Identifier: MIT
# Ctrl-C reaches the main thread in a queue, a condition, a read, and natives that work for long.
# shellcheck source=tests/cli/_interrupt.sh
. ./_interrupt.sh
sleeper='
import os, queue, threading, time
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
print("ready", flush=True)
'
interrupt "$sleeper"'queue.Queue().get()'
interrupt "$sleeper"'
with threading.Condition() as _, (c := threading.Condition()):
    c.wait()'
interrupt "$sleeper"'os.read(os.pipe()[0], 1)'
interrupt "$sleeper"'
while True:
    sorted(range(10_000_000), key=lambda n: -n)'
interrupt "$sleeper"'
import math
math.lcm(*range(1, 1_000_000))'
interrupt "$sleeper"'
import json
items = [{"text": "a\nb", "number": 1.5}] * 100_000
while True:
    json.loads(json.dumps(items))'
interrupt "$sleeper"'
import sys
sys.set_int_max_str_digits(0)
while True:
    int(str(7 << 1_000_000))'
interrupt "$sleeper"'
text = "wörter" * 200_000
while True:
    text.translate({119: "ww", 0xf6: None}).replace("r", "rr")'
