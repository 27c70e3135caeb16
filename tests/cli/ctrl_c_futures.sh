# SPDX-License-Identifier: MIT
# Ctrl-C ends every wait for futures at once, and the workers are awaited no longer than they work.
# shellcheck source=tests/cli/_interrupt.sh
. ./_interrupt.sh
pool='import concurrent.futures as c, threading, time
stop = threading.Event()
pool = c.ThreadPoolExecutor(1)
f = pool.submit(stop.wait, 60)
try:
    print("ready", flush=True)
    %s
except KeyboardInterrupt:
    print("interrupted", flush=True)
stop.set()'
for wait in 'f.result()' 'f.exception(60)' 'c.wait([f])' 'next(c.as_completed([f]))' \
    'list(pool.map(stop.wait, [60]))' 'pool.shutdown()' 'c.Future().result(60)'; do
    # shellcheck disable=SC2059
    interrupt "$(printf "$pool" "$wait")"
done
interrupt 'import concurrent.futures as c, time, multiprocessing
with c.ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
    f = pool.submit(time.sleep, 60)
    f.add_done_callback(lambda f: print(type(f.exception()).__name__))
    try:
        print("ready", flush=True)
        f.result()
    except KeyboardInterrupt:
        print("interrupted")
        for process in pool._processes.values():
            process.kill()'
