# SPDX-License-Identifier: MIT
# A program on standard input, with and without the dash.
echo 'print("from the pipe", __name__)' | $MINI -
echo 'print("no dash", __name__)' | $MINI
printf '' | $MINI -
echo "empty: $?"
$MINI <&-
echo "closed: $?"
$MINI </ 2>&1 | grep -o '<stdin> is a directory, cannot continue'
echo "a folder: ${PIPESTATUS[0]}"
