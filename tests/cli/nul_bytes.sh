# SPDX-License-Identifier: MIT
# differs: CPython's message for NUL bytes changed with 3.12
# A binary or a file with NUL bytes is a syntax error, not a crash.
cd "$TMPDIR" || exit
printf 'x = 1\0\n' >nul.mini
head -c 4096 /bin/true >binary.mini
for file in nul.mini binary.mini; do
    $MINI "$file" 2>err
    echo "status $?, $(tail -n 1 err | cut -d: -f1)"
done
