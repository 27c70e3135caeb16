# SPDX-License-Identifier: MIT
# What was printed arrives, whatever way the program ends.
$MINI -c 'print("one")' | cat
$MINI -c 'print("two"); raise ValueError' 2>/dev/null | cat
$MINI -c 'import sys; print("three", end=""); sys.exit(1)' | cat
