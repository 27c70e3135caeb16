# SPDX-License-Identifier: MIT
# since: 3.13
# -m with modules of the library, packages, names that are none, and what cannot be run.
cd "$TMPDIR" || exit
printf '{"b": 1, "a": [1, 2], "c": "é"}' >data.json
printf '1\n{"a": []}\n' >lines.json
cat >sums.py <<'END'
"""
>>> add(1, 2)
3
>>> add(1, 1)
3
"""
def add(a, b):
    return a + b
END
cat >test_sums.py <<'END'
import sums, unittest
class Sums(unittest.TestCase):
    def test_good(self):
        self.assertEqual(sums.add(1, 2), 3)
    def test_bad(self):
        self.assertEqual(sums.add(1, 1), 3)
END
try() {
    echo "== $*"
    $MINI "$@" </dev/null 2>&1 | sed "s|^.*: No |mini: No |; s|^.*: Error while|mini: Error while|
        s|^.*: Relative|mini: Relative|; s|$PWD|FOLDER|; s| in [0-9.]*s$| in TIME|"
    echo "status ${PIPESTATUS[0]}"
}
try -m json.tool data.json
try -m json.tool --sort-keys --indent 2 data.json
try -m json.tool --compact --no-ensure-ascii data.json
try -m json.tool --tab data.json
try -m json.tool --no-indent data.json copy.json
cat copy.json
try -m json.tool lines.json
try -m json.tool
echo '[1,2]' | $MINI -m json.tool --compact
try -m timeit -u fsec
try -m timeit --bad
$MINI -m timeit -n 1 -r 1 pass | grep -c '^1 loop, best of 1: .* per loop$'
$MINI -m timeit -v -n 2 -r 3 -u sec -s 'x = 1' 'x + 1' 2>/dev/null | grep -c 'raw times: .* sec, .* sec, .* sec'
$MINI -m timeit -n 1 'raise KeyError(1)' 2>&1 | tail -n 1
try -m unittest test_sums.Sums.test_good
try -m unittest -q test_sums
try -m unittest
try -m doctest sums.py
try -m ast -m eval data.json
echo 'x = 1' | $MINI -m ast -a -i 1
try -m calendar 2024 2
try -m calendar -w 3 -f 6 1999 12
try -m calendar 2024
$MINI -m calendar -t html 2024 | head -n 4
try -m base64 -e sums.py
$MINI -m base64 sums.py | $MINI -m base64 -d | cmp - sums.py
$MINI -c 'import pickle; pickle.dump([1, "a"], open("list.pickle", "wb"), 4)'
try -m pickletools list.pickle
try -m pickletools -l 2 list.pickle list.pickle
try -m random -i 1
try -m random 1
try -m random -c same same
try -m inspect sums:add
try -m pydoc nothing.of_this_name
$MINI -m pydoc sums.add 2>&1 | sed -n '/^sums.add/p; /add(a, b)/p'
try -m tokenize lines.json
echo 'a += 1' | $MINI -m tokenize -e
echo '"' >broken.py
try -m tokenize broken.py
try -m math
try -m json
try -m collections
try -m concurrent
try -m collections.abc
try -m ''
try -m .
try -m .sums
try -m a..b
try -m nowhere.inside
try -m sums.inside
try -m json.nothing
mkdir -p package/inner
touch package/__init__.py
echo 'print(__name__, __package__)' >package/inner/__main__.py
echo 'print(__name__, __package__)' >package/part.py
try -m package
try -m package.inner
try -m package.part
try -m package.missing
