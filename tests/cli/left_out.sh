# SPDX-License-Identifier: MIT
# differs: docs/differences.md lists what Mini leaves out
# What Mini leaves out is refused by name, never done differently without a word.
last_line() {
    $MINI -c "$1" 2>&1 | tail -n 1
}
last_line 'import shutil; shutil.make_archive' | cut -d: -f1
