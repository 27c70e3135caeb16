# SPDX-License-Identifier: MIT
# A module of a package that is run by -m starts processes by all methods: its relative imports work
# there, too. What stands in __main__.py is not run again. A main file that fails says so.
mkdir "$TMPDIR/zoo"
cd "$TMPDIR" || exit
: >zoo/__init__.py
echo 'def voice(): return "roar"' >zoo/lion.py
cat >zoo/show.py <<'END'
from . import lion
import multiprocessing
import sys

def perform(writer):
    writer.send((lion.voice(), __name__, __package__))

def main(method):
    context = multiprocessing.get_context(method)
    reader, writer = context.Pipe(duplex=False)
    child = context.Process(target=perform, args=(writer,))
    child.start()
    writer.close()
    print(method, reader.recv())
    child.join()

if __name__ == "__main__":
    for name in "fork", "spawn", "forkserver":
        main(name)
END
cat >zoo/__main__.py <<'END'
from .show import main
import sys
print("the zoo opens")
main("spawn")
END
cat >broken.mini <<'END'
import multiprocessing

def nothing():
    pass

if __name__ != "__main__":
    raise LookupError("not to be imported")
for name in "spawn", "forkserver":
    child = multiprocessing.get_context(name).Process(target=nothing)
    child.start()
    child.join()
    print(name, child.exitcode)
END
PYTHONPATH=$TMPDIR $MINI -m zoo.show
PYTHONPATH=$TMPDIR $MINI -m zoo
$MINI broken.mini 2>"$TMPDIR/err"
grep -c '^LookupError' "$TMPDIR/err"
