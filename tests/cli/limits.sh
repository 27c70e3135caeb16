# SPDX-License-Identifier: MIT
# differs: docs/differences.md lists these limits, names and warnings
# Programs beyond a limit are refused with a place; the environment; a warning is given once.
try() {
    $MINI -c "import sys; exec(compile($1, 'text', 'exec'))" 2>&1 | tail -n 1
}
try '"x = [" + ", ".join(map(str, range(70000))) + "]\nprint(len(x))"'
try '"".join(f"x = {i}.5\n" for i in range(70000))'
try '"if 0: 1\n" + "".join(f"elif 0: {i}\n" for i in range(1500))'
try '"x = 1\nx" + " + x" * 1500'
try '"x = 1\nx" + ".real" * 1500'
MINIPATH=/mine PYTHONPATH=/pythons $MINI -c 'import sys; print(sys.path[1])'
$MINI -c 'compile("while x is 1: pass\ntry: pass\nfinally: x is 2", "text", "exec")' 2>&1
