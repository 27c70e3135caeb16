# SPDX-License-Identifier: MIT
# A daemon thread that is stuck in a write does not keep the program from ending.
$MINI -c '
import os, threading, time
r, w = os.pipe()
stream = open(w, "w")
def fill():
    for _ in range(1000):
        stream.write("x" * 1000)
threading.Thread(target=fill, daemon=True).start()
time.sleep(0.2)
print("end")
'
echo "status $?"
