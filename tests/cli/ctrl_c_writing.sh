# SPDX-License-Identifier: MIT
# Ctrl-C ends the wait for a reader who does not come, also when a part has been written.
# shellcheck source=tests/cli/_interrupt.sh
. ./_interrupt.sh
interrupt '
import os
reader, writer = os.pipe()
print("ready", flush=True)
open(writer, "wb").write(bytes(1000000))'
interrupt '
import os
reader, writer = os.pipe()
print("ready", flush=True)
open(writer, "w").write("x" * 1000000)'
interrupt '
import socket
one, other = socket.socketpair()
print("ready", flush=True)
one.sendall(bytes(600000))'
interrupt '
import multiprocessing
one, other = multiprocessing.Pipe()
print("ready", flush=True)
one.send_bytes(bytes(600000))'
interrupt '
import multiprocessing
queue = multiprocessing.SimpleQueue()
print("ready", flush=True)
while True:
    queue.put(bytes(10000))'
