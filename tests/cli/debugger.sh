# SPDX-License-Identifier: MIT
# since: 3.13
# breakpoint() in a program, and -m pdb: to the end and again, sys.exit, an exception, arguments.
cd "$TMPDIR" || exit
unset PYTHONBREAKPOINT MINIBREAKPOINT
export HOME=$PWD
cat >program.py <<'END'
import sys


def double(n):
    result = n * 2
    return result


if len(sys.argv) > 1:
    breakpoint()
    print(double(4))
    sys.exit(3)
print(double(int("5")), sys.argv, __name__)
END
show() {
    sed "s|$PWD/||g; s|$(realpath "$PWD")/||g"
}
printf 'n\ns\nn\np n\nresult = 7\nr\nc\n' | $MINI program.py x | show
printf 'p 1\nq\n' | $MINI program.py x 2>&1 | show | tail -n 1
printf 'b double\nc\nn\np result\nc\nn\nq\n' | $MINI -m pdb program.py | show
printf 'b 12\nc\nc\nc\nq\n' | $MINI -m pdb -c 'p 6 * 7' program.py a b | show
echo 'double = 1 / 0' >program.py
printf 'c\nq\n' | $MINI -m pdb program.py 2>/dev/null | show
$MINI -m pdb nosuch.py
echo "status $?"
