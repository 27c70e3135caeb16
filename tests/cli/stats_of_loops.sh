# SPDX-License-Identifier: MIT
# differs: Python has no --stats
# Which step kept the event loop longest: the task and the line at which that step began.
cat >"$TMPDIR/shop.mini" <<'END'
import asyncio, sys, time

async def slow():
    await asyncio.sleep(0)
    time.sleep(1)

async def main():
    if "task" in sys.argv:
        await asyncio.create_task(slow(), name="cashier")
    if "callback" in sys.argv:
        asyncio.get_running_loop().call_soon(time.sleep, 1)
        await asyncio.sleep(0)
    if "function" in sys.argv:
        asyncio.get_running_loop().call_soon(lambda: time.sleep(1))
        await asyncio.sleep(0)

if len(sys.argv) > 1:
    asyncio.run(main())
END
for what in task callback function ''; do
    # shellcheck disable=SC2086
    $MINI --stats "$TMPDIR/shop.mini" $what 2>&1 | grep '^event loop' |
        sed -E 's/: [0-9]+ steps, [1-9][0-9]* longer/: N steps, N longer/; s/took [0-9.]+ (ms|s)/took T/'
    echo "$what: done"
done
