# SPDX-License-Identifier: MIT
# Python's flags: each alone, letters that share a dash, values in the same word or the next.
unset PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE PYTHONHASHSEED
FLAGS='import sys; f = sys.flags; print(sys.argv, f.optimize, f.dont_write_bytecode, f.isolated,
f.ignore_environment, f.no_user_site, f.no_site, f.safe_path, f.dev_mode, f.utf8_mode, f.quiet,
f.bytes_warning, sys._xoptions, sys.warnoptions)'
for flags in -B -O -OO -E -I -s -S -P -q -bb -Bu -OBsq -Wignore '-W ignore -We' -Xdev '-X dev -b' \
    -Xa=b=c '-X utf8 -X other' -Xutf8=0; do
    $MINI $flags -c "$FLAGS" "$flags"
done
$MINI -uc "$FLAGS" -c -O
$MINI -OBWerror -X int_max_str_digits=1000 -c 'import sys; print(sys.orig_argv[1:])
print(sys.flags.int_max_str_digits, sys.get_int_max_str_digits())' x -O
$MINI -X int_max_str_digits=0 -c 'import sys; print(sys.get_int_max_str_digits())'

# -O and -OO
cat >"$TMPDIR/show.py" <<'END'
"module"
assert False
if __debug__:
    print("debugging")
def f():
    "function"
class C:
    "class"
    x = 1
print(__debug__, __doc__, f.__doc__, C.__doc__, f(), (lambda: "text").__doc__)
exec(compile("print(__debug__)\nassert True, 'kept'", "<s>", "exec", optimize=0))
END
$MINI -O "$TMPDIR/show.py"
$MINI -OO "$TMPDIR/show.py"
$MINI -c 'exec(compile("assert 0; print(__debug__)", "s", "exec", optimize=1))
exec(compile("def f():\n \"doc\"\nprint(f.__doc__)", "s", "exec", optimize=2))'
$MINI -c 'compile("", "s", "exec", optimize=3)' 2>&1 | tail -n 1

# -x, -P
printf 'this ( is not Python\nimport sys\nprint(sys._getframe().f_lineno)\n' >"$TMPDIR/first.py"
$MINI -x "$TMPDIR/first.py"
$MINI -P -c 'import sys; print("" in sys.path)'
