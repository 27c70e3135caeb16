# SPDX-License-Identifier: MIT
# differs: python3 looks for no data races
# mini --races: the report, its token, and more threads than one may think of.
program=$(mktemp --suffix=.mini)
trap 'rm -f "$program"' EXIT
cat >"$program" <<'PROGRAM'
import sys, threading
n = int(sys.argv[1])
counter = 0
gate = threading.Barrier(n)
def work(i):
    global counter
    gate.wait()
    if i == n - 1:
        counter += 1
    elif i == 0:
        counter -= 1
threads = [threading.Thread(target=work, args=(i,)) for i in range(n)]
for t in threads: t.start()
for t in threads: t.join()
PROGRAM
report=$($MINI --races --schedule=random:2 "$program" 2 2>&1)
echo "$report" | sed 's/--schedule=.*/--schedule=TOKEN/'
token=$(echo "$report" | sed -n 's/.*--schedule=//p' | head -1)
[ "$report" = "$($MINI --races --schedule="$token" "$program" 2 2>&1)" ] && echo "again the same"
$MINI --races "$program" 300 2>&1 | grep -c '^data race on the variable `counter`'
