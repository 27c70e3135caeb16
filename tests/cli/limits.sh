# SPDX-License-Identifier: MIT
# differs: docs/differences.md lists these limits, names and warnings
# Programs beyond a limit are refused with a place; the environment; a warning is given once.
try() {
    $MINI -c "import sys; exec(compile($1, 'text', 'exec'))" 2>&1 | tail -n 1
}
try '"def f():\n" + "".join(f"  x{i} = 1\n" for i in range(70000))'
try '"x = 1\n" + "".join(f"x.a{i}\n" for i in range(70000))'
try '"if 0: 1\n" + "".join(f"elif 0: {i}\n" for i in range(15000))'
try '"x = 1\nx" + " + x" * 15000'
try '"x = 1\nx" + ".real" * 15000'
try '"lambda: " * 1500 + "1"'
MINIPATH=/mine PYTHONPATH=/pythons $MINI -c 'import sys; print(sys.path[1])'
$MINI -c 'compile("while x is 1: pass\ntry: pass\nfinally: x is 2", "text", "exec")' 2>&1
