# SPDX-License-Identifier: MIT
# What a program finds in sys.argv, for every way to hand it over.
$MINI -c 'import sys; print(sys.argv)' a -b --c
echo 'import sys; print(sys.argv)' | $MINI - a -b
echo 'import sys; print(sys.argv)' >"$TMPDIR/show.mini"
(cd "$TMPDIR" && $MINI show.mini --stats x)

# An argument may stand in the same word as its option, and "--" ends the options.
$MINI -c'import sys; print(sys.argv)' a
cd "$TMPDIR" || exit
cp show.mini show.py
$MINI -mshow a 2>&1 | sed "s|$PWD|FOLDER|; s|show[.][a-z]*|show|"
mv show.mini ./-show.mini
$MINI -- -show.mini b
$MINI -c 'import sys; print(sys.argv)' '' é
