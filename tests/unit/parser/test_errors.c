// SPDX-License-Identifier: MIT
//
// Syntax errors: the text, the line, and CPython 3.13's own words for it.
//
// Every message here was printed by CPython 3.13 for the same text; where Mini
// has its own limits the last test lists them.
#include "parsing.h"

START_TEST(targets) {
    expect_error("f() = 1", 1,
                 "SyntaxError: cannot assign to function call here. Maybe you meant '==' "
                 "instead of '='?");
    expect_error("x = f() = 3", 1, "SyntaxError: cannot assign to function call");
    expect_error("None = 1", 1, "SyntaxError: cannot assign to None");
    expect_error("\"a\" = 1", 1,
                 "SyntaxError: cannot assign to literal here. Maybe you meant '==' instead "
                 "of '='?");
    expect_error("a + b = 1", 1,
                 "SyntaxError: cannot assign to expression here. Maybe you meant '==' "
                 "instead of '='?");
    expect_error("(a, 1) = 2", 1, "SyntaxError: cannot assign to literal");
    expect_error("a < b = 1", 1, "SyntaxError: cannot assign to comparison");
    expect_error("*a = 1", 1, "SyntaxError: starred assignment target must be in a list or tuple");
    expect_error("*a, *b = c", 1, "SyntaxError: multiple starred expressions in assignment");
    expect_error("del f()", 1, "SyntaxError: cannot delete function call");
    expect_error("f() += 1", 1,
                 "SyntaxError: 'function call' is an illegal expression for augmented "
                 "assignment");
    expect_error("(a, b) += 1", 1,
                 "SyntaxError: 'tuple' is an illegal expression for augmented assignment");
    expect_error("(a, b): int", 1, "SyntaxError: only single target (not tuple) can be annotated");
    expect_error("f(): int", 1, "SyntaxError: illegal target for annotation");
    expect_error("for 1 in x: pass", 1, "SyntaxError: cannot assign to literal");
    expect_error("with a as 1: pass", 1, "SyntaxError: cannot assign to literal");
    expect_error("(x.y := 1)", 1, "SyntaxError: cannot use assignment expressions with attribute");
    expect_error("x = yield = 3", 1, "SyntaxError: assignment to yield expression not possible");
    expect_error("__debug__ = 1", 1, "SyntaxError: cannot assign to __debug__");
}
END_TEST

START_TEST(calls_and_parameters) {
    expect_error("f(a.b=1)", 1,
                 "SyntaxError: expression cannot contain assignment, perhaps you meant "
                 "\"==\"?");
    expect_error("f(True=1)", 1, "SyntaxError: cannot assign to True");
    expect_error("f(a=1, b)", 1, "SyntaxError: positional argument follows keyword argument");
    expect_error("f(**a, b)", 1,
                 "SyntaxError: positional argument follows keyword argument unpacking");
    expect_error("f(**a, *b)", 1,
                 "SyntaxError: iterable argument unpacking follows keyword argument unpacking");
    expect_error("f(a=1, a=2)", 1, "SyntaxError: keyword argument repeated: a");
    expect_error("f(x for x in y, 1)", 1,
                 "SyntaxError: Generator expression must be parenthesized");
    expect_error("def f(a, a): pass", 1,
                 "SyntaxError: duplicate argument 'a' in function definition");
    expect_error("def f(a=1, b): pass", 1,
                 "SyntaxError: parameter without a default follows parameter with a default");
    expect_error("def f(*): pass", 1, "SyntaxError: named arguments must follow bare *");
    expect_error("def f(**k, a): pass", 1,
                 "SyntaxError: arguments cannot follow var-keyword argument");
    expect_error("def f(/, a): pass", 1, "SyntaxError: at least one argument must precede /");
    expect_error("def f(a, /, b, /): pass", 1, "SyntaxError: / may appear only once");
    expect_error("def f(*a, /): pass", 1, "SyntaxError: / must be ahead of *");
    expect_error("def f(*a=1): pass", 1,
                 "SyntaxError: var-positional argument cannot have default value");
    expect_error("print(*)", 1, "SyntaxError: Invalid star expression");
}
END_TEST

START_TEST(blocks) {
    expect_error("if x", 1, "SyntaxError: expected ':'");
    expect_error("for x in y", 1, "SyntaxError: expected ':'");
    expect_error("class A", 1, "SyntaxError: expected ':'");
    expect_error("else: pass", 1, "SyntaxError: invalid syntax");
    expect_error("try: pass\nx = 1\n", 2, "SyntaxError: expected 'except' or 'finally' block");
    expect_error("if x:\npass\n", 2,
                 "IndentationError: expected an indented block after 'if' statement on line 1");
    expect_error("def f():\nx = 1\n", 2,
                 "IndentationError: expected an indented block after function definition on "
                 "line 1");
    expect_error("class A:\nx = 1\n", 2,
                 "IndentationError: expected an indented block after class definition on "
                 "line 1");
    expect_error("for x in y:\npass\n", 2,
                 "IndentationError: expected an indented block after 'for' statement on line "
                 "1");
    expect_error("async def f():\npass\n", 2,
                 "IndentationError: expected an indented block after function definition on "
                 "line 1");
    expect_error("match x:\npass\n", 2,
                 "IndentationError: expected an indented block after 'match' statement on "
                 "line 1");
    expect_error("x = 1\n  y = 2\n", 2, "IndentationError: unexpected indent");
    expect_error("else if y: pass", 1, "SyntaxError: invalid syntax");
    expect_error("def f: pass", 1, "SyntaxError: expected '('");
    expect_error("try: pass\nexcept A, B: pass\n", 2,
                 "SyntaxError: multiple exception types must be parenthesized");
    expect_error("try: pass\nexcept* A: pass\nexcept B: pass\n", 3,
                 "SyntaxError: cannot have both 'except' and 'except*' on the same 'try'");
    expect_error("try: pass\nexcept: pass\nexcept A: pass\n", 2,
                 "SyntaxError: default 'except:' must be last");
}
END_TEST

START_TEST(hints) {
    expect_error("if x = 3: pass", 1,
                 "SyntaxError: invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
    expect_error("if x.y = 3: pass", 1,
                 "SyntaxError: cannot assign to attribute here. Maybe you meant '==' instead "
                 "of '='?");
    expect_error("foo(a b)", 1, "SyntaxError: invalid syntax. Perhaps you forgot a comma?");
    expect_error("[1 2]", 1, "SyntaxError: invalid syntax. Perhaps you forgot a comma?");
    expect_error("print \"hello\"", 1,
                 "SyntaxError: Missing parentheses in call to 'print'. Did you mean "
                 "print(...)?");
    expect_error("x = (1 +\ny = 2\n", 1, "SyntaxError: '(' was never closed");
    expect_error("print(a b", 1, "SyntaxError: '(' was never closed");
    expect_error("def f(:\n pass\n", 1, "SyntaxError: invalid syntax");
    expect_error("x = a if b", 1, "SyntaxError: expected 'else' after 'if' expression");
    expect_error("{1: 2, 3}", 1, "SyntaxError: ':' expected after dictionary key");
    expect_error("{1:}", 1, "SyntaxError: expression expected after dictionary key and ':'");
    expect_error("{1: *a}", 1,
                 "SyntaxError: cannot use a starred expression in a dictionary value");
    expect_error("[x for x, y]", 1, "SyntaxError: 'in' expected after for-loop variables");
    expect_error("[x, y for x in z]", 1,
                 "SyntaxError: did you forget parentheses around the comprehension target?");
    expect_error("[*x for x in y]", 1,
                 "SyntaxError: iterable unpacking cannot be used in comprehension");
    expect_error("{**x for x in y}", 1,
                 "SyntaxError: dict unpacking cannot be used in dict comprehension");
    expect_error("import a from b", 1,
                 "SyntaxError: Did you mean to use 'from ... import ...' instead?");
    expect_error("from a import", 1, "SyntaxError: Expected one or more names after 'import'");
    expect_error("from a import b,", 1,
                 "SyntaxError: trailing comma not allowed without surrounding parentheses");
    expect_error("a b", 1, "SyntaxError: invalid syntax");
    expect_error("class = 3", 1, "SyntaxError: invalid syntax");
    expect_error("1 +", 1, "SyntaxError: invalid syntax");
}
END_TEST

START_TEST(fstrings) {
    expect_error("f\"{}\"", 1, "SyntaxError: f-string: valid expression required before '}'");
    expect_error("f\"{!r}\"", 1, "SyntaxError: f-string: valid expression required before '!'");
    expect_error("f\"{a b}\"", 1, "SyntaxError: invalid syntax. Perhaps you forgot a comma?");
    expect_error("f\"{a!x}\"", 1,
                 "SyntaxError: f-string: invalid conversion character 'x': expected 's', "
                 "'r', or 'a'");
    expect_error("f\"{a!}\"", 1, "SyntaxError: f-string: missing conversion character");
    expect_error("f\"{a:{b}\"", 1, "SyntaxError: f-string: expecting '}', or format specs");
    expect_error("f\"{lambda x: 1}\"", 1,
                 "SyntaxError: f-string: lambda expressions are not allowed without "
                 "parentheses");
    expect_error("f\"{a $}\"", 1, "SyntaxError: f-string: expecting '=', or '!', or ':', or '}'");
    expect_error("\"a\" b\"c\"", 1, "SyntaxError: cannot mix bytes and nonbytes literals");
}
END_TEST

START_TEST(places) {
    expect_error("return 1", 1, "SyntaxError: 'return' outside function");
    expect_error("yield 1", 1, "SyntaxError: 'yield' outside function");
    expect_error("break", 1, "SyntaxError: 'break' outside loop");
    expect_error("continue", 1, "SyntaxError: 'continue' not properly in loop");
    expect_error("await x", 1, "SyntaxError: 'await' outside function");
    expect_error("def f(): await x\n", 1, "SyntaxError: 'await' outside async function");
    expect_error("def f():\n  async for x in y: pass\n", 2,
                 "SyntaxError: 'async for' outside async function");
    expect_error("async def f():\n  yield from x\n", 2,
                 "SyntaxError: 'yield from' inside async function");
    expect_error("async def f():\n  return 2\n  yield 1\n", 2,
                 "SyntaxError: 'return' with value in async generator");
    expect_error("[x async for x in y]", 1,
                 "SyntaxError: asynchronous comprehension outside of an asynchronous function");
    expect_error("def f(): [(yield x) for x in y]\n", 1,
                 "SyntaxError: 'yield' inside list comprehension");
    expect_error("for x in y:\n  try: pass\n  except* A: break\n", 3,
                 "SyntaxError: 'break', 'continue' and 'return' cannot appear in an except* "
                 "block");
    expect_error("class A:\n  return 1\n", 2, "SyntaxError: 'return' outside function");
    expect_error("from __future__ import nope", 1,
                 "SyntaxError: future feature nope is not defined");
    expect_error("def f():\n  from a import *\n", 2,
                 "SyntaxError: import * only allowed at module level");
}
END_TEST

START_TEST(scopes) {
    expect_error("def f():\n  x = 1\n  global x\n", 3,
                 "SyntaxError: name 'x' is assigned to before global declaration");
    expect_error("def f():\n  print(x)\n  global x\n", 3,
                 "SyntaxError: name 'x' is used prior to global declaration");
    expect_error("def f(x):\n  global x\n", 2, "SyntaxError: name 'x' is parameter and global");
    expect_error("def f():\n  nonlocal x\n", 2, "SyntaxError: no binding for nonlocal 'x' found");
    expect_error("nonlocal x", 1, "SyntaxError: nonlocal declaration not allowed at module level");
    expect_error("def f(x):\n  def g():\n    nonlocal x\n    global x\n", 3,
                 "SyntaxError: name 'x' is nonlocal and global");
    expect_error("[x := 1 for x in y]", 1,
                 "SyntaxError: assignment expression cannot rebind comprehension iteration "
                 "variable 'x'");
    expect_error("[y for x in (z := 1)]", 1,
                 "SyntaxError: assignment expression cannot be used in a comprehension "
                 "iterable expression");
    expect_error("class A:\n  [x := 1 for y in z]\n", 2,
                 "SyntaxError: assignment expression within a comprehension cannot be used "
                 "in a class body");
}
END_TEST

START_TEST(type_parameters) {
    expect_error("def f[](): pass", 1, "SyntaxError: Type parameter list cannot be empty");
    expect_error("def f[1](): pass", 1, "SyntaxError: expected '('");
    expect_error("class C[T = int, U]: pass", 1,
                 "SyntaxError: non-default type parameter 'U' follows default type parameter");
    expect_error("type X[*T: int] = int", 1, "SyntaxError: cannot use bound with TypeVarTuple");
    expect_error("type X", 1, "SyntaxError: invalid syntax");
}
END_TEST

TCase *errors_cases(void) {
    TCase *tests = tcase_create("errors");
    tcase_add_test(tests, targets);
    tcase_add_test(tests, calls_and_parameters);
    tcase_add_test(tests, blocks);
    tcase_add_test(tests, hints);
    tcase_add_test(tests, fstrings);
    tcase_add_test(tests, places);
    tcase_add_test(tests, scopes);
    tcase_add_test(tests, type_parameters);
    return tests;
}
