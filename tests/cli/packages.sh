# SPDX-License-Identifier: MIT
# since: 3.13
# -m with packages: what is imported first, what a program knows of itself, and what is said of mistakes.
cd "$TMPDIR" || exit
export PYTHONDONTWRITEBYTECODE=1
mkdir -p shop/parts bare/inner other failing
cat >shop/__init__.py <<'END'
import sys
print("shop", __package__, __spec__.name, sys.argv[0])
version = 3
END
cat >shop/__main__.py <<'END'
import sys
from . import version
from .parts.price import cents
print("main", __name__, __package__, __spec__.name, __spec__.parent, version, cents(2))
print(sys.argv[1:], sys.modules["__main__"].__spec__ is __spec__, "shop.__main__" in sys.modules)
END
echo 'from . import price' >shop/parts/__init__.py
cat >shop/parts/price.py <<'END'
def cents(euros):
    return euros * 100
if __name__ == "__main__":
    print(__name__, __package__, __spec__.name, __loader__.name, cents(1))
END
echo 'print(__name__, __package__, __spec__.parent)' >bare/inner/leaf.py
echo 'print("other", __path__ is __spec__.submodule_search_locations)
__path__.append("shop/parts")' >other/__init__.py
echo 'import no_such_thing' >failing/__init__.py
echo 'print(repr(__package__), __spec__ and (__spec__.name, __spec__.parent))' >single.py
mkdir folder && cp single.py folder/__main__.py
try() {
    echo "== $*"
    $MINI "$@" </dev/null 2>&1 | grep -v '^  File "<frozen runpy>\|^  File "<mini>\|^    ' | sed "
        s|^.*: No |mini: No |; s|^.*: Error while|mini: Error while|; s|^.*: Cannot use|mini: Cannot use|
        s|$PWD|FOLDER|"
    echo "status ${PIPESTATUS[0]}"
}
try -m shop one two
try -m shop.__main__
try -m shop.parts
try -m shop.parts.price
try -m bare.inner.leaf
try -m bare
try -m other.price
try -m single
try -m single.py
try -m failing
try -m failing.part
try -m shop.nothing
try -m shop.nothing.more
try -m nothing.more
try -m shop.
try -m shop/parts
try -m __main__
try single.py
try folder
try -c 'print(repr(__package__), __spec__)'
