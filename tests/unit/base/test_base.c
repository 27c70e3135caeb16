// SPDX-License-Identifier: MIT
//
// base/: arena, arrays, string builder, UTF-8, sources and diagnostics.
//
// What matters is at the edges: growing, running out, empty texts, the last line
// without a newline, broken bytes. Each test covers one promise of a header.
#include "array.h"
#include "diagnostic.h"
#include "utf8.h"

#include <check.h>
#include <setjmp.h>
#include <string.h>

START_TEST(arena_gives_zeroed_aligned_memory) {
    Arena arena;
    arena_init(&arena);
    for (size_t size = 1; size < 100000; size *= 3) {
        char *bytes = arena_alloc(&arena, size);
        ck_assert_uint_eq((uintptr_t)bytes % 16, 0);
        for (size_t i = 0; i < size; i++)
            ck_assert_int_eq(bytes[i], 0);
        memset(bytes, 0xAA, size);
    }
    ck_assert_str_eq(arena_strndup(&arena, "hello", 4), "hell");
    arena_free(&arena);
    ck_assert_uint_eq(arena.total, 0);
}
END_TEST

START_TEST(arena_grows_the_newest_in_place) {
    Arena arena;
    arena_init(&arena);
    char *bytes = arena_alloc(&arena, 16);
    memset(bytes, 'x', 16);
    ck_assert_ptr_eq(arena_grow(&arena, bytes, 16, 64), bytes);
    ck_assert_int_eq(bytes[63], 0);
    arena_alloc(&arena, 16);
    char *moved = arena_grow(&arena, bytes, 64, 128);
    ck_assert_ptr_ne(moved, bytes);
    ck_assert_int_eq(moved[15], 'x');
    ck_assert_int_eq(moved[127], 0);
    arena_free(&arena);
}
END_TEST

static void jump(void *context) {
    longjmp(*(jmp_buf *)context, 1);
}

START_TEST(arena_reports_exhaustion_to_its_handler) {
    Arena arena;
    jmp_buf caught;
    arena_init(&arena);
    arena_set_handler(&arena, jump, &caught);
    if (setjmp(caught) == 0) {
        arena_alloc(&arena, SIZE_MAX - 5);
        ck_abort_msg("no memory of that size can exist");
    }
    arena_free(&arena);
}
END_TEST

typedef ARRAY(uint32_t) Numbers;

START_TEST(arrays_grow_in_both_homes) {
    Arena arena;
    arena_init(&arena);
    Numbers heap = {0};
    Numbers local = {0};
    for (uint32_t i = 0; i < 1000; i++) {
        ck_assert(ARRAY_PUSH(&heap, i));
        ARENA_PUSH(&arena, &local, i * 2);
    }
    for (uint32_t i = 0; i < 1000; i++) {
        ck_assert_uint_eq(heap.items[i], i);
        ck_assert_uint_eq(local.items[i], i * 2);
    }
    ARRAY_FREE(&heap);
    ck_assert_uint_eq(heap.count, 0);
    arena_free(&arena);
}
END_TEST

START_TEST(string_builder_keeps_a_c_string) {
    StringBuilder sb;
    sb_init(&sb);
    ck_assert_str_eq(sb.data, "");
    sb_puts(&sb, "");
    sb_putc(&sb, 'a');
    sb_printf(&sb, "%d-%s", 42, "long enough to make the buffer grow once more");
    ck_assert_str_eq(sb.data, "a42-long enough to make the buffer grow once more");
    sb_truncate(&sb, 3);
    sb_repeat(&sb, '^', 4);
    sb_put_codepoint(&sb, 0x20AC);
    ck_assert_str_eq(sb.data, "a42^^^^€");
    ck_assert_uint_eq(sb.length, strlen(sb.data));
    sb_clear(&sb);
    ck_assert_str_eq(sb.data, "");
    sb_free(&sb);
}
END_TEST

START_TEST(string_builder_survives_impossible_sizes) {
    StringBuilder sb;
    sb_init(&sb);
    sb_puts(&sb, "kept");
    ck_assert(!sb_reserve(&sb, SIZE_MAX / 2));
    sb_puts(&sb, "dropped");
    ck_assert(sb.out_of_memory);
    ck_assert_str_eq(sb.data, "kept");
    sb_free(&sb);
}
END_TEST

START_TEST(utf8_round_trips_every_code_point) {
    uint32_t wrong = 0; // counted: a million asserts take their time
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char bytes[4];
        size_t length = utf8_encode(c, bytes);
        uint32_t back;
        wrong += utf8_decode(bytes, bytes + length, &back) != length || back != c;
        bool is_surrogate = c >= 0xD800 && c < 0xE000;
        wrong += utf8_validate(bytes, length, NULL) == is_surrogate;
    }
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(utf8_refuses_what_is_broken) {
    static const struct {
        const char *bytes;
        size_t position;
        const char *reason;
    } cases[] = {
        {"a\xff", 1, "invalid start byte"},
        {"\x80", 0, "invalid start byte"},
        {"\xc0\x80", 0, "invalid start byte"},
        {"\xe0\x80\x80", 0, "invalid continuation byte"},
        {"\xed\xa0\x80", 0, "invalid continuation byte"},
        {"\xf4\x90\x80\x80", 0, "invalid continuation byte"},
        {"ab\xe2\x82", 2, "unexpected end of data"},
        {"\xe2(\xa1", 0, "invalid continuation byte"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Utf8Error error;
        ck_assert(!utf8_validate(cases[i].bytes, strlen(cases[i].bytes), &error));
        ck_assert_uint_eq(error.position, cases[i].position);
        ck_assert_str_eq(error.reason, cases[i].reason);
    }
}
END_TEST

START_TEST(source_normalises_and_finds_lines) {
    static const char text[] = "\xEF\xBB\xBFone\r\ntwö\rthree\n";
    Source source;
    ck_assert(source_init(&source, "x.mini", text, sizeof text - 1));
    ck_assert_str_eq(source.text, "one\ntwö\nthree\n");
    ck_assert_uint_eq(source.line_count, 4);
    ck_assert_uint_eq(source_line_of(&source, 0), 1);
    ck_assert_uint_eq(source_line_of(&source, 3), 1);
    ck_assert_uint_eq(source_line_of(&source, 4), 2);
    ck_assert_uint_eq(source_column_of(&source, 8), 4);
    ck_assert_uint_eq(source_line_of(&source, 9999), 4);
    uint32_t length;
    const char *line = source_line_text(&source, 3, &length);
    ck_assert_int_eq(strncmp(line, "three", length), 0);
    ck_assert_uint_eq(length, 5);
    ck_assert_uint_eq(source_line_span(&source, 77).end, source.length);
    source_free(&source);
}
END_TEST

START_TEST(source_may_be_empty) {
    Source source;
    ck_assert(source_init(&source, "", "", 0));
    ck_assert_uint_eq(source.line_count, 1);
    ck_assert_uint_eq(source_line_of(&source, 0), 1);
    ck_assert_uint_eq(source_column_of(&source, 5), 1);
    source_free(&source);
}
END_TEST

START_TEST(diagnostic_draws_carets) {
    static const char text[] = "if x:\n    y = größe +* 2\n";
    Source source;
    ck_assert(source_init(&source, "x.mini", text, sizeof text - 1));
    Diagnostic diagnostic;
    uint32_t at = (uint32_t)(strstr(source.text, "+*") - source.text);
    diagnostic_set(&diagnostic, DIAGNOSTIC_SYNTAX_ERROR, (Span){at, at + 2}, "no %s", "such");
    StringBuilder out;
    sb_init(&out);
    diagnostic_render(&diagnostic, &source, &out);
    ck_assert_str_eq(out.data, "  File \"x.mini\", line 2\n"
                               "    y = größe +* 2\n"
                               "              ^^\n"
                               "SyntaxError: no such\n");
    sb_free(&out);
    source_free(&source);
}
END_TEST

START_TEST(diagnostic_cuts_long_messages_at_a_character) {
    char text[1200];
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "é", 3);
    Diagnostic diagnostic;
    for (int shift = 0; shift < 2; shift++) {
        diagnostic_set(&diagnostic, DIAGNOSTIC_TAB_ERROR, (Span){0, 0}, "%s%s", shift ? "x" : "",
                       text);
        ck_assert(utf8_validate(diagnostic.message, strlen(diagnostic.message), NULL));
    }
    ck_assert_str_eq(diagnostic_kind_name(diagnostic.kind), "TabError");
}
END_TEST

int main(void) {
    TCase *tests = tcase_create("base");
    tcase_add_test(tests, arena_gives_zeroed_aligned_memory);
    tcase_add_test(tests, arena_grows_the_newest_in_place);
    tcase_add_test(tests, arena_reports_exhaustion_to_its_handler);
    tcase_add_test(tests, arrays_grow_in_both_homes);
    tcase_add_test(tests, string_builder_keeps_a_c_string);
    tcase_add_test(tests, string_builder_survives_impossible_sizes);
    tcase_add_test(tests, utf8_round_trips_every_code_point);
    tcase_add_test(tests, utf8_refuses_what_is_broken);
    tcase_add_test(tests, source_normalises_and_finds_lines);
    tcase_add_test(tests, source_may_be_empty);
    tcase_add_test(tests, diagnostic_draws_carets);
    tcase_add_test(tests, diagnostic_cuts_long_messages_at_a_character);
    Suite *suite = suite_create("base");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
