# SPDX-License-Identifier: MIT
# An import that runs out of memory leaves neither half a module nor a lock behind.
# differs: Python has no --max-heap
folder=$TMPDIR
cat > "$folder/big.mini" <<'EOF'
value = [0] * 8_000_000
EOF
printf 'x = "%s"\n' "$(head -c 17000000 /dev/zero | tr '\0' a)" > "$folder/long.mini"
cat > "$folder/main.mini" <<'EOF'
import sys
import threading

def load(name):
    try:
        __import__(name)
    except MemoryError:
        print("MemoryError", name in sys.modules)

for name in "big", "long":
    for _ in range(2):
        thread = threading.Thread(target=load, args=(name,))
        thread.start()
        thread.join()
    load(name)
EOF
$MINI --max-heap=16M "$folder/main.mini"
