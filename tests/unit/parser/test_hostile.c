// SPDX-License-Identifier: MIT
//
// Input that wants to break the parser: depth, length, memory.
//
// Whatever is nested without end must become an error with a position; whatever
// is only long must be accepted in reasonable time. The stack is never at risk,
// because the tree's depth is limited and nothing else recurses.
#include "parsing.h"

#include <setjmp.h>
#include <string.h>

// Builds head + count * middle + tail.
static StringBuilder repeat(const char *head, const char *middle, uint32_t count,
                            const char *tail) {
    StringBuilder text;
    sb_init(&text);
    sb_puts(&text, head);
    for (uint32_t i = 0; i < count; i++)
        sb_puts(&text, middle);
    sb_puts(&text, tail);
    return text;
}

static void expect_too_deep(const char *head, const char *middle, const char *tail,
                            const char *message) {
    StringBuilder text = repeat(head, middle, 20000, tail);
    Parsed parsed;
    parsed_init(&parsed, text.data, text.length, PARSE_FILE);
    ck_assert_ptr_null(parsed.tree);
    ck_assert_str_eq(parsed.error.message, message);
    parsed_free(&parsed);
    sb_free(&text);
}

START_TEST(endless_nesting_is_an_error) {
    expect_too_deep("", "[", "", "too many nested parentheses");
    expect_too_deep("", "{(", "", "too many nested parentheses");
    expect_too_deep("", "f'{", "", "too many nested f-strings");
    static const char *const deep[][3] = {
        {"", "-", "1"},
        {"", "not ", "1"},
        {"a", ".b", ""},
        {"f", "()", ""},
        {"a", "[0]", ""},
        {"2", "**2", ""},
        {"", "1 if 1 else ", "1"},
        {"", "lambda: ", "1"},
        {"1", "+1", ""},
        {"if 1: pass\n", "elif 1: pass\n", ""},
    };
    for (size_t i = 0; i < sizeof deep / sizeof deep[0]; i++)
        expect_too_deep(deep[i][0], deep[i][1], deep[i][2], "too many levels of nesting");
}
END_TEST

static void expect_long(const char *head, const char *middle, uint32_t count, const char *tail) {
    StringBuilder text = repeat(head, middle, count, tail);
    expect_accepted(text.data, text.length);
    sb_free(&text);
}

START_TEST(length_alone_is_no_error) {
    expect_long("x = '", "a", 1000000, "'");
    expect_long("0x", "f", 100000, "");
    expect_long("f(", "a,", 20000, ")");
    expect_long("[", "a,", 20000, "]");
    expect_long("", "a = ", 20000, "1");
    expect_long("", "'a' ", 20000, "");
    expect_long("1", " < 2", 20000, "");
    expect_long("import a", ".b", 20000, "");
    expect_long("", "x; ", 20000, "");
}
END_TEST

START_TEST(odd_bytes_have_a_position) {
    expect_error("x = 1\ny = '\xff'\n", 2,
                 "SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xff in position "
                 "11: invalid start byte");
    expect_error("a\n\x01", 2, "SyntaxError: invalid non-printable character U+0001");
    expect_error("a\n'''", 2,
                 "SyntaxError: unterminated triple-quoted string literal (detected at line 2)");
    expect_error("\\", 1, "SyntaxError: unexpected EOF while parsing");
}
END_TEST

static void give_up(void *context) {
    longjmp(*(jmp_buf *)context, 1);
}

START_TEST(the_callers_memory_handler_is_kept) {
    Arena arena;
    Source source;
    Diagnostic error;
    ParseWarnings warnings = {0};
    jmp_buf caught;
    arena_init(&arena);
    arena_set_handler(&arena, give_up, &caught);
    ck_assert(source_init(&source, "", "x = 1", 5));
    ck_assert_ptr_nonnull(parse_module(&arena, &source, PARSE_FILE, &warnings, &error));
    ck_assert(arena.out_of_memory == give_up && arena.context == &caught);
    arena_free(&arena);
    source_free(&source);
}
END_TEST

TCase *hostile_cases(void) {
    TCase *tests = tcase_create("hostile");
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, endless_nesting_is_an_error);
    tcase_add_test(tests, length_alone_is_no_error);
    tcase_add_test(tests, odd_bytes_have_a_position);
    tcase_add_test(tests, the_callers_memory_handler_is_kept);
    return tests;
}
