# SPDX-License-Identifier: MIT
# differs: python3 knows no schedules
# Controlled runs: the same choice gives the same run, and what makes no sense is refused.
program=$(mktemp --suffix=.mini)
trap 'rm -f "$program"' EXIT
cat >"$program" <<'PROGRAM'
import threading, time
counter = 0
def work():
    global counter
    for _ in range(3):
        seen = counter
        time.sleep(0)
        counter = seen + 1
began = time.monotonic()
threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
time.sleep(3600)
print(counter, time.monotonic() - began > 3600, time.gmtime().tm_year)
PROGRAM
for schedule in rr:1 rr:100 random:1 random:2 pct:1:3; do
    first=$($MINI --schedule=$schedule "$program")
    again=$($MINI --schedule=$schedule "$program")
    [ "$first" = "$again" ] && echo "same ${first#* }"
done
$MINI --schedule=rr:0 "$program" 2>&1
$MINI --schedule=nonsense! "$program" 2>&1
echo 'assert 1 == 2' >"$program"
$MINI --schedule=random:1 "$program" 2>&1 | grep -c 'to see this run again: --schedule=A'
token=$($MINI --schedule=random:1 "$program" 2>&1 | sed -n 's/.*--schedule=//p')
$MINI --schedule="$token" "$program" >/dev/null 2>&1
echo "status $?"
echo 'assert 1 == 3' >"$program"
$MINI --schedule="$token" "$program" 2>&1 | sed "s/--schedule=$token/TOKEN/"

# A strategy that the program chooses: its token is for the same place; a token from outside is
# stronger than what the program wishes.
cat >"$program" <<'PROGRAM'
import schedule, sys
schedule.use(sys.argv[1] if len(sys.argv) > 1 else "random:3")
print(schedule.name())
assert 1 == 2
PROGRAM
$MINI "$program" 2>&1 | sed 's/"[-_A-Za-z0-9]*")/"TOKEN")/' | grep -v '^ '
token=$($MINI "$program" 2>&1 | sed -n 's/.*schedule.use("\(.*\)").*/\1/p')
$MINI "$program" "$token" 2>&1 | head -1
token=$($MINI --schedule=rr:1 "$program" 2>&1 | sed -n 's/.*--schedule=//p')
$MINI --schedule="$token" "$program" 2>&1 | head -1
