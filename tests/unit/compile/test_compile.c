// SPDX-License-Identifier: MIT
//
// The compiler's tests: which instructions does a text become?
//
// Only the first half of the compiler runs here, text to units, so no interpreter is needed. A
// case names a text and the opcodes expected of the innermost (last) function in it; operands are
// left out, the verifier inside the compiler checks them. That programs *mean* the right thing is
// tested by the scripts that are compared with CPython.
#include "compiler.h"
#include "opcode.h"
#include "parser.h"
#include "string_builder.h"

#include <check.h>

typedef struct Compiled {
    Arena arena;
    Source source;
    Diagnostic error;
    Unit *unit; // NULL after an error
} Compiled;

static void compiled_init(Compiled *compiled, const char *text) {
    memset(compiled, 0, sizeof *compiled);
    arena_init(&compiled->arena);
    ck_assert(source_init(&compiled->source, "<test>", text, strlen(text)));
    Compiler c = {
        .arena = &compiled->arena, .source = &compiled->source, .error = &compiled->error};
    c.has_walrus = strstr(text, ":=") != NULL;
    if (setjmp(c.failure))
        return;
    ParseWarnings warnings = {0};
    Node *module =
        parse_module(&compiled->arena, &compiled->source, PARSE_FILE, &warnings, &compiled->error);
    if (module)
        compiled->unit = compile_program(&c, module, &(CompileOptions){0});
}

static void compiled_free(Compiled *compiled) {
    arena_free(&compiled->arena);
    source_free(&compiled->source);
}

// The last unit among the constants, at any depth.
static const Unit *innermost(const Unit *unit) {
    for (uint32_t i = unit->pool.items.count; i > 0; i--) {
        if (unit->pool.items.items[i - 1].unit)
            return innermost(unit->pool.items.items[i - 1].unit);
    }
    return unit;
}

static void print_opcodes(const Unit *unit, StringBuilder *out) {
    for (uint32_t i = 0; i < unit->words.count; i += opcode_length(unit->words.items[i].op))
        sb_printf(out, "%s%s", i ? " " : "", opcode_table[unit->words.items[i].op].name);
}

static void expect_code(const char *text, const char *expected) {
    Compiled compiled;
    compiled_init(&compiled, text);
    ck_assert_msg(compiled.unit != NULL, "%s: %s", text, compiled.error.message);
    StringBuilder out;
    sb_init(&out);
    print_opcodes(innermost(compiled.unit), &out);
    ck_assert_msg(strcmp(out.data, expected) == 0, "%s\nexpected %s\ngot      %s", text, expected,
                  out.data);
    sb_free(&out);
    compiled_free(&compiled);
}

static void expect_error(const char *text, uint32_t line, const char *message) {
    Compiled compiled;
    compiled_init(&compiled, text);
    ck_assert_msg(compiled.unit == NULL, "accepted: %s", text);
    ck_assert_str_eq(compiled.error.message, message);
    ck_assert_uint_eq(source_line_of(&compiled.source, compiled.error.span.start), line);
    compiled_free(&compiled);
}

START_TEST(operands_are_registers) {
    expect_code("def f(a, b):\n return a + b", "ADD RETURN");
    expect_code("def f(a, b):\n x = a + b\n return x", "ADD RETURN");
    expect_code("def f(a):\n return a * 2", "MUL_K RETURN");
    expect_code("def f(a):\n a += 1", "INPLACE_ADD_K RETURN_NONE");
    expect_code("def f(a):\n return a[0]", "GET_ITEM_K RETURN");
    expect_code("def f(a, b):\n a, b = b, a", "MOVE MOVE MOVE RETURN_NONE");
    expect_code("def f(a):\n b, c = a", "UNPACK RETURN_NONE");
}
END_TEST

START_TEST(operands_survive_walrus) {
    expect_code("def f(x):\n return x + (x := 1)", "MOVE LOAD_CONST ADD RETURN");
    expect_code("def f(x, y):\n return y + (x := 1)", "LOAD_CONST ADD RETURN");
}
END_TEST

START_TEST(constants_are_folded) {
    expect_code("def f():\n return 60 * 60 * 24", "LOAD_CONST RETURN");
    expect_code("def f():\n return -1, (2, 'a' * 3)", "LOAD_CONST RETURN");
    expect_code("def f():\n return 1 // 0", "LOAD_CONST FLOORDIV_K RETURN");
    expect_code("def f():\n return [1, 2, 3]", "BUILD_LIST LOAD_CONST LIST_EXTEND RETURN");
    expect_code("def f(x):\n return x in {1, 2}", "LOAD_CONST IN RETURN");
}
END_TEST

START_TEST(equal_constants_stay_apart) {
    Compiled compiled;
    compiled_init(&compiled, "x = 1\nx = 1.0\nx = True\nx = 0.0\nx = -0.0\nx = 1\nx = 'x'\n");
    ck_assert_ptr_nonnull(compiled.unit);
    // Five numbers, 'x' (once, as name and as text), and nothing else.
    ck_assert_uint_eq(compiled.unit->pool.items.count, 6);
    compiled_free(&compiled);
}
END_TEST

START_TEST(conditions_are_fused_jumps) {
    expect_code("def f(a, b):\n if a < b: return 1", "JUMP_LT LOAD_CONST RETURN RETURN_NONE");
    expect_code("def f(a):\n if not a: return a", "JUMP_IF_TRUE RETURN RETURN_NONE");
    expect_code("def f(a):\n if a is None: return a", "JUMP_IF_NOT_NONE RETURN RETURN_NONE");
    expect_code("def f(a, b):\n if a == 1 and b: return a",
                "JUMP_EQ_K JUMP_IF_FALSE RETURN RETURN_NONE");
    expect_code("def f(a, b, c):\n if a < b < c: return a", "JUMP_LT JUMP_LT RETURN RETURN_NONE");
}
END_TEST

START_TEST(loops_test_at_the_bottom) {
    expect_code("def f(n):\n while n: n -= 1", "JUMP INPLACE_SUB_K JUMP_IF_TRUE RETURN_NONE");
    expect_code("def f(n):\n for i in n: n = i", "GET_ITER JUMP MOVE FOR_NEXT RETURN_NONE");
    expect_code("def f(n):\n while True: n()", "MOVE CALL JUMP");
}
END_TEST

START_TEST(dead_code_is_not_written) {
    expect_code("def f():\n return 1\n print(2)", "LOAD_CONST RETURN");
    expect_code("def f():\n if 1: return 1\n else: x()", "LOAD_CONST RETURN");
    expect_code("def f():\n while 0: x()", "RETURN_NONE");
    expect_code("def f():\n try: pass\n except E: x()", "JUMP RETURN_NONE");
}
END_TEST

START_TEST(locals_are_checked_where_needed) {
    expect_code("def f(a):\n if a: x = 1\n return x",
                "LOAD_UNDEFINED JUMP_IF_FALSE LOAD_CONST CHECK_LOCAL RETURN");
    expect_code("def f(a):\n if a: x = 1\n else: x = 2\n return x",
                "JUMP_IF_FALSE LOAD_CONST JUMP LOAD_CONST RETURN");
    expect_code("def f(a):\n del a\n return a", "DELETE_LOCAL CHECK_LOCAL RETURN");
    expect_code("def f():\n try: x = g()\n finally: h()\n return x",
                "GET_GLOBAL CALL LOAD_CONST JUMP ENTER_HANDLER LOAD_CONST GET_GLOBAL CALL "
                "JUMP_IF_FALSE LEAVE_HANDLER RERAISE JUMP_NE_K LEAVE_HANDLER RERAISE RETURN");
}
END_TEST

START_TEST(calls_use_windows) {
    expect_code("def f(a):\n return a(1, a)", "MOVE LOAD_CONST MOVE CALL RETURN");
    expect_code("def f(a):\n return a.b(1)", "GET_METHOD LOAD_CONST CALL_METHOD RETURN");
    expect_code("def f(a, b):\n return a[b:1]", "MOVE LOAD_CONST GET_SLICE RETURN");
    expect_code("def f(a):\n return a(x=1)", "MOVE LOAD_CONST CALL_KW RETURN");
    expect_code("def f(a):\n return a(*a)", "MOVE MOVE LOAD_UNDEFINED CALL_EX RETURN");
    expect_code("class C:\n def f(self): return super().f()",
                "GET_GLOBAL CALL GET_METHOD CALL_METHOD RETURN");
}
END_TEST

START_TEST(closures_share_cells) {
    expect_code("def f(x):\n def g(): return x\n return g", "GET_FREE RETURN");
    expect_code("def f(x):\n return [y for y in x]",
                "GET_ITER BUILD_LIST JUMP LIST_APPEND FOR_NEXT RETURN");
    expect_code("def f(x):\n yield x", "GENERATOR YIELD RETURN_NONE");
}
END_TEST

START_TEST(exits_run_cleanup) {
    expect_code("def f(a):\n with a: return 1",
                "WITH_ENTER LOAD_CONST LOAD_UNDEFINED WITH_EXIT RETURN ENTER_HANDLER WITH_EXIT "
                "JUMP_IF_TRUE LEAVE_HANDLER RERAISE LEAVE_HANDLER JUMP LEAVE_HANDLER RERAISE "
                "RETURN_NONE");
}
END_TEST

START_TEST(errors_have_places) {
    expect_error("match x:\n case y: pass\n case 1: pass", 2,
                 "name capture 'y' makes remaining patterns unreachable");
    expect_error("match x:\n case [y, y]: pass", 2, "multiple assignments to name 'y' in pattern");
    expect_error("match x:\n case [a] | [b]: pass", 2, "alternative patterns bind different names");
    expect_error("*a, *b = c", 1, "multiple starred expressions in assignment");
}
END_TEST

// Many of everything: no limit may be met by a crash.
static void compile_repeated(const char *prefix, const char *piece, uint32_t count,
                             const char *suffix) {
    StringBuilder text;
    sb_init(&text);
    sb_puts(&text, prefix);
    for (uint32_t i = 0; i < count; i++)
        sb_puts(&text, piece);
    sb_puts(&text, suffix);
    Compiled compiled;
    compiled_init(&compiled, text.data);
    ck_assert(compiled.unit != NULL || compiled.error.message[0]);
    compiled_free(&compiled);
    sb_free(&text);
}

START_TEST(size_is_no_danger) {
    compile_repeated("x = [", "y, ", 100000, "]");
    compile_repeated("f(", "y, ", 100000, ")");
    compile_repeated("x = {", "y: 1, ", 100000, "}");
    compile_repeated("x = ", "y + ", 5000, "1");
    compile_repeated("x = f'", "{y}", 70000, "'");
    compile_repeated("", "a, ", 70000, "b = c");
    compile_repeated("x = ", "-", 5000, "y");
    compile_repeated("x = ", "lambda: ", 900, "y");
    compile_repeated("", "x = y\n", 100000, "");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("compile");
    TCase *cases = tcase_create("compile");
    tcase_set_timeout(cases, 300);
    tcase_add_test(cases, operands_are_registers);
    tcase_add_test(cases, operands_survive_walrus);
    tcase_add_test(cases, constants_are_folded);
    tcase_add_test(cases, equal_constants_stay_apart);
    tcase_add_test(cases, conditions_are_fused_jumps);
    tcase_add_test(cases, loops_test_at_the_bottom);
    tcase_add_test(cases, dead_code_is_not_written);
    tcase_add_test(cases, locals_are_checked_where_needed);
    tcase_add_test(cases, calls_use_windows);
    tcase_add_test(cases, closures_share_cells);
    tcase_add_test(cases, exits_run_cleanup);
    tcase_add_test(cases, errors_have_places);
    tcase_add_test(cases, size_is_no_danger);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
