# SPDX-License-Identifier: MIT
# differs: Python has no module ffi
# A crash in C is named: the function, its declaration, the line that called it; then the signal
# ends the process (of which a sanitizer has its own to say). Callbacks that are gone, threads of C
# under a schedule, and ffi switched off.
run() {
    { "$MINI" "$@" >output 2>&1 && echo "succeeded" >>output || echo "failed" >>output; } 2>/dev/null
    grep -E '^(mini: |before|joined|succeeded|failed|ImportError)' output | sed "s|$folder/||"
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
cat >crash.mini <<'END'
import ffi

libc = ffi.open("libc.so.6")
strlen = libc.func("size_t strlen(const char *text)", gil=gil)


def measure(address):
    return strlen(ffi.cast("char *", address))


print("before", flush=True)
measure(8)
END
{ echo 'gil = "release"'; cat crash.mini; } >released.mini
{ echo 'gil = "hold"'; cat crash.mini; } >held.mini
run released.mini
run held.mini
run -c 'import ffi; ffi.open().func("void abort(void)")()'
cat >gone.mini <<'END'
import ffi
import gc
import threading

addresses = []


def make():
    for _ in range(20):  # of which the collector may find one or two on a stack by accident
        gone = ffi.callback("int compare(const void *, const void *)", lambda left, right: 0)
        addresses.append(ffi.cast("uintptr_t", gone))


maker = threading.Thread(target=make)
maker.start()
maker.join()
gc.collect()
qsort = ffi.open("libc.so.6").func("void qsort(void *, size_t, size_t, void *)")
for address in addresses:
    qsort(ffi.new("int[3]", [3, 1, 2]), 3, 4, ffi.cast("void *", address))
END
run gone.mini
cat >thread.mini <<'END'
import ffi

program = ffi.open()
create = program.func("int pthread_create(unsigned long *, void *, void *(*)(void *), void *)")
join = program.func("int pthread_join(unsigned long, void **)")
start = ffi.callback("void *start(void *)", lambda argument: argument)
thread = ffi.new("unsigned long *")
create(thread, None, start, None)
join(thread[0], None)
print("joined")
END
run thread.mini
run --schedule=rr:10 thread.mini
run -X ffi=off -c 'import ffi'
