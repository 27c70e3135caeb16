# SPDX-License-Identifier: MIT
# -m code: a console that is a program.
cd "$TMPDIR" || exit
printf 'x = 6\nx * 7\nfor i in range(2):\n    print(i)\n\n"end"\n' | $MINI -m code -q 2>&1
echo
echo "status $?"
