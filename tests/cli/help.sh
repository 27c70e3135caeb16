# SPDX-License-Identifier: MIT
# differs: the words are Mini's own
# The pages about the command line: the first fits a screen, each command has purpose, options, exit
# statuses and an example, and no option is missing from the page of options.
here=$PWD
cd "$TMPDIR" || exit
$MINI --help >first
$MINI --help | awk 'length > 79 { print "too long: " $0 } END { print NR <= 24 }'
cat first
for word in -h '-?' help -Bh; do
    $MINI "$word" | cmp - first && echo "$word: the same"
done
for command in run repl dis ast tokens explore doctor completions help; do
    grep -q "  $command " first || echo "$command is not on the first page"
    $MINI "$command" --help >page
    $MINI help "$command" | cmp - page
    $MINI "$command" -h | cmp - page
    awk 'length > 79 { print "too long: " $0 }' page
    grep -c "^usage: mini $command" page
    grep -c '^Exit status: ' page
    grep -c "^Example: .*mini $command" page
done
$MINI help explore
for topic in options xoptions warnings environment status all; do
    $MINI help "$topic" >page
    echo "$topic: $? $(wc -l <first) $(awk 'length > 79' page | wc -l)"
done
$MINI help options | grep -c '^  -'
$MINI help environment | grep -c '^  [A-Z]'
$MINI --help-env | cmp - <($MINI help environment)
$MINI --help-xoptions | cmp - <($MINI help xoptions)
$MINI --help-all | cmp - <($MINI help all)
exec 2>&1
$MINI help explroe
echo "status $?"
$MINI help nothing-like-that
echo "status $?"
$MINI help options status
echo "status $?"
for word in -V --version -uV; do
    $MINI "$word" | sed 's/ [0-9.]*$/ VERSION/'
done
$MINI -VV | grep -c '^Mini [0-9.]* (Python 3[.]13) \[.*sanitizers: '
# The manual page in docs is the one that the binary prints.
$MINI help man | diff "$here/../../docs/man/mini.1" - && echo "the manual page is up to date"
# Every option and every variable stands in the document.
$MINI help options | grep -o '^  -[^ =]*' | while read -r option; do
    grep -qF -- "\`$option" "$here/../../docs/command-line.md" || echo "not in command-line.md: $option"
done
$MINI help environment | grep -o '^  [A-Z0-9_]*' | while read -r name; do
    grep -qF "\`$name\`" "$here/../../docs/command-line.md" ||
        echo "not in command-line.md: $name"
done
$MINI --help >/dev/full
echo "status $?"
