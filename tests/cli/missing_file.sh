# SPDX-License-Identifier: MIT
# differs: the message begins with the program's own name
# A program that is not there, is a folder, or may not be read.
mkdir "$TMPDIR/folder.mini"
cd "$TMPDIR" || exit
for file in nowhere.mini folder.mini; do
    $MINI "$file" 2>err
    echo "status $?, lines $(wc -l <err), names it: $(grep -c "$file" err)"
done
