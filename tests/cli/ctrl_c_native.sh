# SPDX-License-Identifier: MIT
# Ctrl-C reaches the main thread in a queue, a condition, a read, a native sort and a huge product.
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
