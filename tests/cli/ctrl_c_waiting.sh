# SPDX-License-Identifier: MIT
# Ctrl-C reaches the main thread at once while it sleeps, waits for a lock, joins or reads.
# shellcheck source=tests/cli/_interrupt.sh
. ./_interrupt.sh
interrupt '
import time
print("ready", flush=True)
time.sleep(1000)'
interrupt '
import threading, time
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
print("ready", flush=True)
threading.Event().wait()'
interrupt '
import threading, time
lock = threading.Lock()
def hold():
    with lock:
        held.set()
        time.sleep(1000)
held = threading.Event()
thread = threading.Thread(target=hold, daemon=True)
thread.start()
held.wait()
print("ready", flush=True)
lock.acquire()'
interrupt '
import threading, time
thread = threading.Thread(target=time.sleep, args=(1000,), daemon=True)
thread.start()
print("ready", flush=True)
thread.join()'
