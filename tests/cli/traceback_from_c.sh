# SPDX-License-Identifier: MIT
# An error in code given on the command line names its place too.
$MINI -c 'def f():
    return 1 / 0
f()' 2>&1 | grep -E '^  File|^[A-Z]'
echo 'missing_name' | $MINI - 2>&1 | grep -E '^  File|^[A-Z]'
