# SPDX-License-Identifier: MIT
# differs: python3 has no subcommands
# The words that are commands: a file of the same name, what may follow them, mistakes.
exec 2>&1
cd "$TMPDIR" || exit
echo 'import sys; print(sys.argv, sys.flags.optimize)' >show.py
try() {
    echo "== $*"
    $MINI "$@" </dev/null 2>&1 | sed "s|$PWD|FOLDER|"
    echo "status ${PIPESTATUS[0]}"
}
try run show.py a -O --help
try run -O show.py
try -O run -c 'import sys; print(sys.argv, sys.flags.optimize)' b
try run -m show c
try run -- show.py
try run
try run dis
try repl program.py
try dis
try dis -c
try dis -y show.py
try dis -m show
try dis -c pass more
try dis show.py more
try ast --hepl
try tokens nowhere.py
try doctor --fromat=json
try doctor --format
try doctor --format=yaml
try doctor more
try completions
try completions fihs
try completions bash zsh

# A file that is called as a command is
echo 'print("the file dis")' >dis
try dis
try ./dis
try -- dis
try run dis

# A word that is nearly one
try dsi show.py
try tokns
try show

# Code instead of a file; a file from standard input
$MINI dis -c 'x = 1' | head -n 1
$MINI ast -c 'x = 1'
$MINI tokens -c'x = 1' | head -n 1
echo 'x = (' | $MINI ast -
echo "status ${PIPESTATUS[1]}"
echo 'y' | $MINI tokens - | head -n 1
echo "raises with -O: $($MINI dis -O -c "assert x" | grep -c -i raise)"
