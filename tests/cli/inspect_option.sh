# SPDX-License-Identifier: MIT
# -i and PYTHONINSPECT: a prompt after the program, also after one that failed, exited or is not there.
# since: 3.13
unset PYTHONINSPECT PYTHONSTARTUP
cd "$TMPDIR" || exit
try() {
    echo "== $1: $2"
    printf '%b' "$1" | $MINI -q "${@:3}" 2>err | sed 's/^\(>>> \|[.][.][.] \)*//' | grep -v '^$'
    echo "status ${PIPESTATUS[1]}, $(grep -c 'Traceback (' err) tracebacks, $(grep -o "^[A-Za-z]*Error.*\|^SystemExit.*" err | tail -n 1)"
}
try 'x\nprint(x+1)\n' 'after -c' -i -c 'x = 1; print("first")'
try 'x\nexit(4)\n' 'after a failure' -i -c 'x = 1; 1 / 0'
try 'import sys\nsys.last_exc\nsys.last_type is type(sys.last_value)\n' 'what failed' -i -c '1 / 0'
try '1\n' 'after an exit' -i -c 'raise SystemExit(3)'
try '1\n' 'after an exit with a text' -ic 'raise SystemExit("text")'
try '1 / 0\n' 'a failure at the prompt' -i -c 'x = 1'
try '' 'nothing at the prompt' -i -c 'print(1)'
echo 'y = 3; import sys' >program.py
try '"__file__" in globals(), y\nsys.argv, sys.flags.inspect, sys.flags.interactive\n' \
    'after a file' -i program.py a -i
try '1 + 1\n' 'after a file that is not there' -i nowhere.py
try '1 + 1\n' 'after a module' -i -m program
try 'y\n' 'after a syntax error' -i -c 'x ='
try 'a\n' 'instead of a program' -i
printf '1 / 0' >program.py
PYTHONINSPECT=1 try '1\n' 'the variable prompts on a terminal only' program.py
PYTHONINSPECT=1 try '1\n' 'but shows exits' -c 'raise SystemExit(3)'
PYTHONINSPECT=1 try '1\n' 'not with -E' -E -c 'raise SystemExit(3)'
try '1\n' 'a variable that the program sets' -c 'import os; os.environ["PYTHONINSPECT"] = "1"'
