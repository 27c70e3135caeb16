# SPDX-License-Identifier: MIT
# since: 3.13
# Programs in all the forms that files have: marks, codings, line ends, pipes, devices, odd names.
cd "$TMPDIR" || exit
try() {
    echo "== $1"
    $MINI "$@" 2>&1 </dev/null | sed "s|^.*: can't|mini: can't|; s|$PWD|FOLDER|; s|FOLDER/'|FOLDER'|"
    echo "status ${PIPESTATUS[0]}"
}
printf '\xef\xbb\xbfprint("mark é")\n' >mark.py
printf '# -*- coding: latin-1 -*-\nprint(ascii("caf\xe9"))\n' >latin.py
printf '#!/bin/sh\n# vim: set fileencoding=utf-8 :\nprint(ascii("é"))\n' >second.py
printf 'print(1)\r\nif 1:\r\n    print("""a\r\nb""".encode())\r\n' >crlf.py
printf 'print(1)\rprint(2)\r' >cr.py
printf 'print("no end of line")' >noend.py
printf '\f\nprint("form feed")\n' >feed.py
printf '' >empty.py
printf '#' >comment.py
for name in mark latin second crlf cr noend feed empty comment; do
    try "$name.py"
done
{ printf 'x = 0\n'; yes 'x += 1' | head -n 30000; printf 'print(x)\n'; } >long.py
try long.py
{ printf 'x = "'; head -c 1000000 /dev/zero | tr '\0' 'a'; printf '"\nprint(len(x))\n'; } >wide.py
try wide.py
printf 'print(1)\0print(2)\n' >zero.py
$MINI zero.py 2>&1 | tail -n 1
try nowhere.py
try nowhere/program.py
try mark.py/inside
try latin.py/
try ' '
try ''
mkdir folder
try folder
echo 'import sys; print("folder", sys.path[0].rstrip("/")[-6:], sys.argv, __name__, __package__ == "")' >folder/__main__.py
try folder a
try ./folder/
try /dev/null

# A pipe, standard input by its name, a file that bash opened
mkfifo pipe
echo 'print("from a pipe", __file__.rpartition("/")[2])' >pipe &
$MINI pipe
wait
echo 'print("from /dev/stdin", __file__)' | $MINI /dev/stdin
$MINI <(echo 'print("from /dev/fd")')
echo 'import sys; print(sys.argv, sys.stdin.read())' >read.py
echo "input" | $MINI read.py -

# Names and arguments that are not UTF-8
name=$'name\xff.py'
echo 'import sys; print(ascii(sys.argv), ascii(sys.argv[1].encode("utf-8", "surrogateescape")))' >"$name"
$MINI "$name" $'\xff\xfe' 'é'
$MINI -c 'import sys; print(ascii(sys.argv[1:]), ascii(sys.orig_argv[-1]))' $'a\x80' $'\xc3'
