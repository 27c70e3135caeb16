# SPDX-License-Identifier: MIT
# The reader of our output goes away: an error in the program, never a hang.
$MINI -c 'for i in range(100000): print("line", i)' 2>/dev/null | head -n 1
