# SPDX-License-Identifier: MIT
# differs: the message begins with the program's own name
# A program that is not there, is a folder, or may not be read.
mkdir "$TMPDIR/folder.mini"
cd "$TMPDIR" || exit
for file in nowhere.mini folder.mini; do
    $MINI "$file" 2>err
    echo "status $?, lines $(wc -l <err), names it: $(grep -c "$file" err)"
done
# A folder can be run if it has a __main__ file, and no name at all means the current folder.
mkdir plain package
touch package/__init__.py
for target in plain package ''; do
    $MINI "$target" 2>err
    echo "status $?: $(grep -c "can't find '__main__' module in" err)"
done
$MINI -m package 2>&1 | sed 's/^.*: No/No/'
echo 'print("main", __name__)' >package/__main__.py
$MINI package
$MINI -m package
