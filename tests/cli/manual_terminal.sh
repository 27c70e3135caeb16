# SPDX-License-Identifier: MIT
# differs: python3 has no schedules
# --schedule=manual on a terminal: the question, an answer, taking it back, running to the end.
program=$(mktemp --suffix=.mini)
trap 'rm -f "$program"' EXIT
cat >"$program" <<'PROGRAM'
import threading
lock = threading.Lock()
log = []
def work(name):
    with lock:
        log.append(name)
threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
for t in threads: t.start()
for t in threads: t.join()
print("log", log)
PROGRAM
python3 - "$MINI" "$program" <<'PYTHON'
import os
import pty
import re
import sys

PROMPT = "q quit: "


def converse(*answers):
    """What is shown after each answer, until the program ends."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.argv[1], [sys.argv[1], "--schedule=manual", sys.argv[2]])
    shown, answers = [""], list(answers)
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            part = b""
        if not part:
            break
        shown[-1] += part.decode().replace("\r", "")
        if shown[-1].endswith(PROMPT) and answers:
            answer = answers[0](shown[-1]) if callable(answers[0]) else answers.pop(0)
            shown.append("")
            os.write(terminal, answer.encode() + b"\n")
    os.close(terminal)
    return shown, os.waitpid(child, 0)[1]


def moment(text):
    return re.search(r"moment (\d+)", text).group(1)


shown, status = converse("1", "u", "r")
print(shown[0].split("\n", 2)[2].replace(sys.argv[2], "FILE"))
print("taken back:", moment(shown[0]) == moment(shown[2]), moment(shown[1]) != moment(shown[0]))
print(re.findall(r"log \[.*\]", shown[-1]), os.waitstatus_to_exitcode(status))

# One thread holds the lock, the other one comes to it: both are shown.
def meddle(text):
    """Thread-1 until it holds the lock, then Thread-2."""
    wanted = "Thread-2" if re.search("Thread-1.*holds `lock`", text) else "Thread-1"
    for name in (wanted, "MainThread", ""):
        found = re.search(rf"^  (\d) {name}", text, re.MULTILINE)
        if found:
            return found.group(1)


shown, status = converse(meddle)
text = "".join(shown)
print("holds `lock`" in text, "waits for lock" in text, re.findall(r"log \[.*\]", text))

# Leaving, and nonsense, which is asked again.
shown, status = converse("nonsense", "99", "q")
print(moment(shown[0]) == moment(shown[1]) == moment(shown[2]), "log [" in "".join(shown))
PYTHON
