# SPDX-License-Identifier: MIT
# differs: python3 has no explorer
# mini explore: exit statuses, formats, the manual way, and mistakes in the command line.
program=$(mktemp --suffix=.mini)
trap 'rm -f "$program"' EXIT
cat >"$program" <<'PROGRAM'
import sys, threading
counter = 0
lock = threading.Lock()
def work():
    global counter
    if "locked" in sys.argv:
        with lock:
            counter += 1
    else:
        counter += 1
threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
assert counter == 2, "lost"
PROGRAM
# Without the number of schedules, which changes whenever the search learns to save one.
explore() {
    $MINI explore --quiet "$@" 2>&1 | sed "s#$program#FILE#g; s#, [0-9]* times*##"
    echo "status ${PIPESTATUS[0]}"
}
explore "$program" | grep -E '^(complete|exception|data race|verdict|status)'
explore "$program" locked | grep -E '^(complete|exception|data race|verdict|status)'
explore --strategy=random --runs=5 "$program" locked | grep -E '^(a sample|verdict|status)'
explore --format=json "$program" | grep -E '^  "(file|complete|bound|fails)"'
explore --format=json "$program" | sed '$d' | python3 -c 'import json, sys; print(sorted(json.load(sys.stdin)))'
explore --format=sarif "$program" | sed '$d' | python3 -c 'import json, sys
for r in json.load(sys.stdin)["runs"][0]["results"]: print(r["ruleId"])'
explore --format=html "$program" | sed '$d' | python3 -c 'import html.parser, sys
class Page(html.parser.HTMLParser):
    open, threads = [], []
    def handle_starttag(self, tag, attrs): tag == "meta" or self.open.append(tag)
    def handle_endtag(self, tag): assert self.open.pop() == tag
    def handle_data(self, data):
        if self.open[-1:] in (["th"], ["h1"], ["strong"]): self.threads.append(data)
page = Page()
page.feed(sys.stdin.read())
print(page.threads, page.open)'
token=$($MINI explore --quiet "$program" | grep -A9 '^exception' | sed -n 's/.*--schedule=\([^ ]*\) .*/\1/p')
$MINI --schedule="$token" "$program" 2>&1 | tail -n 1
echo 'print(6 * 7)' | cat >"$program"
explore "$program" | grep -E '^(complete|verdict|status)|\| 42$'
explore --bound=x "$program"
explore --colour "$program"
explore
