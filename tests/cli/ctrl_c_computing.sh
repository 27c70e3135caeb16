# SPDX-License-Identifier: MIT
# Ctrl-C stops a program that computes, and can be caught.
# shellcheck source=tests/cli/_interrupt.sh
. ./_interrupt.sh
interrupt '
print("ready", flush=True)
while True:
    pass'
interrupt '
try:
    print("ready", flush=True)
    while True:
        pass
except KeyboardInterrupt:
    print("caught")'
