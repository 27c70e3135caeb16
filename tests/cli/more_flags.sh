# SPDX-License-Identifier: MIT
# -b, -W error, codings of the standard files, seeds of hashes, and programs of -c with odd ends.
# since: 3.13
unset PYTHONHASHSEED PYTHONIOENCODING PYTHONUNBUFFERED
cd "$TMPDIR" || exit
$MINI -bb -c 'str(b"x")' 2>&1
$MINI -bb -c 'b"x" == "x"' 2>&1
$MINI -bb -c '"x" != b"x"' 2>&1
$MINI -bb -c 'b"x" == 1' 2>&1
$MINI -b -c 'print(b"x" == "x", f"{b"y"}")' 2>/dev/null
$MINI -b -c 'print(b"x" == "x")
"%s" % b"y"' 2>&1 >/dev/null
$MINI -bb -c 'print(b"x" == b"x", b"x" == None, repr(b"x"), b"x" == 1.5)'
cat >warns.py <<'END'
import warnings
def f():
    warnings.warn("told")
f()
END
$MINI -W error warns.py 2>&1 | sed "s|$PWD/||"
$MINI -W error::UserWarning -c 'import warnings
warnings.warn("told")' 2>&1
$MINI -c 'import warnings; warnings.warn("told")' 2>&1
$MINI -c 'import warnings; warnings.warn("told", 5)' 2>&1
$MINI -X warn_default_encoding -c 'open("warns.py").close(); open("warns.py", encoding="utf-8").close()
open("warns.py", "rb").close()' 2>&1

for value in latin-1 :replace ascii:backslashreplace utf-8:surrogateescape; do
    PYTHONIOENCODING=$value $MINI -c 'import sys
print(sys.stdout.errors, sys.stdin.errors, sys.stderr.errors)
print("é\udc80" if sys.stdout.errors != "strict" else "é")' | od -An -c
done
for locale in C POSIX C.UTF-8; do
    LC_ALL=$locale PYTHONUTF8=1 $MINI -c 'import sys; print(sys.stdout.errors, sys.stderr.errors)'
done
LC_ALL=C.UTF-8 $MINI -c 'import sys; print(sys.argv[1])' $'\xff' | od -An -c
for seed in 0 1 4294967295 4294967296 -1 x random; do
    PYTHONHASHSEED=$seed $MINI -c 'import sys; print(sys.flags.hash_randomization)' 2>&1 | grep -o '^[01]$\|must be.*'
done
PYTHONHASHSEED=1 $MINI -c 'print(hash("a"))' >one
PYTHONHASHSEED=1 $MINI -c 'print(hash("a"))' | cmp - one
PYTHONHASHSEED=2 $MINI -c 'print(hash("a"))' | cmp -s - one || echo "another seed, another hash"

$MINI -c $'print(1)\\\n'
$MINI -c $'if 1:\n  print(2)'
$MINI -c $'print(3) # end'
$MINI -c 'print("""a
b""")'
$MINI -c ''
$MINI -c ' '
$MINI -c $'\n\n# nothing'
$MINI -c 'x = """' 2>&1
$MINI -c 'print(1' 2>&1
$MINI -c $'if 1:\n  x = 1\n y = 2' 2>&1
