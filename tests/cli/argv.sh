# SPDX-License-Identifier: MIT
# What a program finds in sys.argv, for every way to hand it over.
$MINI -c 'import sys; print(sys.argv)' a -b --c
echo 'import sys; print(sys.argv)' | $MINI - a -b
echo 'import sys; print(sys.argv)' >"$TMPDIR/show.mini"
(cd "$TMPDIR" && $MINI show.mini --stats x)
