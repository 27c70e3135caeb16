// SPDX-License-Identifier: MIT
//
// Scopes: which variable does a name mean?
//
// `describe` prints all scopes of a program, outer first, each symbol with its
// binding, so a case is a text and one line of expectation per scope.
#include "parsing.h"

#include <string.h>

static const char *binding_name(Binding binding) {
    static const char *const names[] = {"local", "cell", "free", "implicit", "explicit"};
    return names[binding];
}

static void describe_scope(const Scope *scope, StringBuilder *out) {
    sb_printf(out, "%s:", scope->qualified_name->text);
    for (uint32_t i = 0; i < scope->symbols.count; i++) {
        const Symbol *symbol = scope->symbols.items[i];
        sb_printf(out, " %s=%s", symbol->name->text, binding_name(symbol->binding));
    }
    for (uint32_t i = 0; i < scope->free_variables.count; i++)
        sb_printf(out, " ^%s", scope->free_variables.items[i]->name->text);
    sb_putc(out, '\n');
}

static void describe(void *context, Node *node, const char *field) {
    (void)field;
    const Scope *scope = scope_of(node);
    if (scope)
        describe_scope(scope, context);
    ast_each_child(node, describe, context);
}

static void expect_scopes(const char *text, const char *expected) {
    Parsed parsed;
    StringBuilder out;
    sb_init(&out);
    parsed_init(&parsed, text, strlen(text), PARSE_FILE);
    ck_assert_msg(parsed.scope != NULL, "%s", parsed.error.message);
    describe(&out, parsed.tree, "");
    ck_assert_str_eq(out.data, expected);
    sb_free(&out);
    parsed_free(&parsed);
}

START_TEST(functions) {
    expect_scopes("def f(a, *b, c, **d):\n  x = a + y\n",
                  "<module>: f=implicit\n"
                  "f: a=local c=local b=local d=local x=local y=implicit\n");
    expect_scopes("def f():\n  global x\n  x = 1\n",
                  "<module>: f=implicit x=explicit\nf: x=explicit\n");
    expect_scopes("x = 1\ndef f():\n  import a.b, c as d\n  for i in e: pass\n",
                  "<module>: x=implicit f=implicit\n"
                  "f: a=local d=local i=local e=implicit\n");
}
END_TEST

START_TEST(closures) {
    expect_scopes("def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 2\n",
                  "<module>: f=implicit\n"
                  "f: x=cell g=local\n"
                  "f.<locals>.g: x=free ^x\n");
    expect_scopes("def f(x):\n  def g():\n    return lambda: x\n",
                  "<module>: f=implicit\n"
                  "f: x=cell g=local\n"
                  "f.<locals>.g: ^x\n"
                  "f.<locals>.g.<locals>.<lambda>: x=free ^x\n");
    expect_scopes("def f():\n  x = 1\n  def g():\n    global x\n    def h(): x\n",
                  "<module>: f=implicit x=explicit\n"
                  "f: x=local g=local\n"
                  "f.<locals>.g: x=explicit h=local\n"
                  "f.<locals>.g.<locals>.h: x=implicit\n");
}
END_TEST

START_TEST(classes) {
    expect_scopes("def f(x):\n  class A:\n    y = x\n    x = 1\n    def m(self): return x, y\n",
                  "<module>: f=implicit\n"
                  "f: x=cell A=local\n"
                  "f.<locals>.A: y=local x=local m=local ^x\n"
                  "f.<locals>.A.m: self=local x=free y=implicit ^x\n");
    expect_scopes("class A:\n  __x = 1\n  def m(self): return __x, __y__\n",
                  "<module>: A=implicit\n"
                  "A: _A__x=local m=local\n"
                  "A.m: self=local _A__x=implicit __y__=implicit\n");
    expect_scopes("class A:\n  def m(self): return super().m()\n",
                  "<module>: A=implicit\n"
                  "A: m=local\n"
                  "A.m: self=local super=implicit __class__=free ^__class__\n");
}
END_TEST

START_TEST(comprehensions) {
    expect_scopes("[x + y for x in z]", "<module>: z=implicit\n"
                                        "<listcomp>: x=local y=implicit\n");
    expect_scopes("def f(y):\n  return [(x, y) for x in z]\n",
                  "<module>: f=implicit\n"
                  "f: y=local z=implicit\n"
                  "f.<locals>.<listcomp>: x=local y=local\n");
    expect_scopes("def f(y):\n  return [lambda: (x, y) for x in y]\n",
                  "<module>: f=implicit\n"
                  "f: y=cell\n"
                  "f.<locals>.<listcomp>: x=cell\n"
                  "f.<locals>.<lambda>: x=free y=free ^x ^y\n");
    expect_scopes("def f(y):\n  return (x + y for x in y)\n",
                  "<module>: f=implicit\n"
                  "f: y=cell\n"
                  "f.<locals>.<genexpr>: .0=local x=local y=free ^y\n");
    expect_scopes("class A:\n  a = 1\n  b = [a for _ in c]\n",
                  "<module>: A=implicit\n"
                  "A: a=local b=local c=implicit\n"
                  "A.<listcomp>: _=local a=implicit\n");
}
END_TEST

START_TEST(assignment_expressions) {
    expect_scopes("def f():\n  return [y := x for x in z]\n",
                  "<module>: f=implicit\n"
                  "f: z=implicit y=local\n"
                  "f.<locals>.<listcomp>: x=local y=local\n");
    expect_scopes("def f():\n  return any((y := x) for x in z)\n",
                  "<module>: f=implicit\n"
                  "f: any=implicit z=implicit y=cell\n"
                  "f.<locals>.<genexpr>: .0=local x=local y=free ^y\n");
    expect_scopes("[y := x for x in z]", "<module>: z=implicit y=implicit\n"
                                         "<listcomp>: x=local y=implicit\n");
}
END_TEST

START_TEST(kinds_of_functions) {
    static const char text[] = "def g():\n  yield from x\n"
                               "async def c():\n  await x\n"
                               "async def a():\n  yield\n"
                               "def d():\n  'doc'\n  return 1\n";
    Parsed parsed;
    parsed_init(&parsed, text, sizeof text - 1, PARSE_FILE);
    ck_assert_ptr_nonnull(parsed.scope);
    Node **body = parsed.tree->Module.body.items;
    const Scope *generator = scope_of(body[0]);
    const Scope *coroutine = scope_of(body[1]);
    const Scope *both = scope_of(body[2]);
    const Scope *plain = scope_of(body[3]);
    ck_assert(generator->is_generator && generator->has_yield_from && !generator->is_async);
    ck_assert(coroutine->is_async && !coroutine->is_generator);
    ck_assert(both->is_async && both->is_generator);
    ck_assert(!plain->is_async && !plain->is_generator && plain->value_return);
    ck_assert_str_eq(plain->docstring->Constant.value.text, "doc");
    parsed_free(&parsed);
}
END_TEST

TCase *symbols_cases(void) {
    TCase *tests = tcase_create("symbols");
    tcase_add_test(tests, functions);
    tcase_add_test(tests, closures);
    tcase_add_test(tests, classes);
    tcase_add_test(tests, comprehensions);
    tcase_add_test(tests, assignment_expressions);
    tcase_add_test(tests, kinds_of_functions);
    return tests;
}
