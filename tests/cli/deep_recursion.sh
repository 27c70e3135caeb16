# SPDX-License-Identifier: MIT
# Recursion without end, in the program and through native functions, is an error.
last_line() {
    $MINI -c "$1" 2>&1 >/dev/null | tail -n 1 | cut -d: -f1
}
last_line 'def f(): return f()
f()'
last_line 'class A:
    def __repr__(self): return repr(self)
repr(A())'
last_line 'def f(x): return max([x], key=f)
f(1)'
last_line 'x = []
for i in range(100000): x = [x]
repr(x)'
