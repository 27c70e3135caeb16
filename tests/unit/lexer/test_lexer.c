// SPDX-License-Identifier: MIT
//
// lexer/: texts and the tokens or the error they must give.
//
// Expected tokens are written as the words of tokens.def joined by blanks, which
// reads well and needs no second table. The spellings of keywords and operators
// in scan.re are checked against tokens.def by lexing each of them.
#include "lexer.h"
#include "literal.h"
#include "string_builder.h"

#include <check.h>
#include <string.h>

static void put_tokens(const TokenArray *tokens, StringBuilder *out) {
    for (uint32_t i = 0; i < tokens->count; i++)
        sb_printf(out, "%s%s", i ? " " : "", token_text(tokens->items[i].kind));
}

// Lexes `text`; compares the words of its tokens, or "kind: message" of its error.
static void check_lexed(const char *text, size_t length, const char *expected) {
    Source source;
    TokenArray tokens;
    Diagnostic error;
    StringBuilder out;
    sb_init(&out);
    ck_assert(source_init(&source, "test", text, length));
    if (lexer_scan(&source, &tokens, &error))
        put_tokens(&tokens, &out);
    else
        sb_printf(&out, "%s: %s", diagnostic_kind_name(error.kind), error.message);
    ck_assert_str_eq(out.data, expected);
    lexer_free(&tokens);
    source_free(&source);
    sb_free(&out);
}

#define LEXES(text, expected) check_lexed(text, sizeof text - 1, expected)

START_TEST(every_fixed_spelling_gives_its_token) {
    static const struct {
        const char *spelling;
        TokenKind kind;
    } fixed[] = {
#define TOKEN(name, text)
#define KEYWORD(name, text) {text, TOKEN_##name},
#define OPERATOR(name, text) {text, TOKEN_##name},
#include "tokens.def"
    };
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        if (strpbrk(fixed[i].spelling, "()[]{}"))
            continue;
        Source source;
        TokenArray tokens;
        Diagnostic error;
        ck_assert(source_init(&source, "", fixed[i].spelling, strlen(fixed[i].spelling)));
        ck_assert(lexer_scan(&source, &tokens, &error));
        ck_assert_str_eq(token_text(tokens.items[0].kind), fixed[i].spelling);
        ck_assert_uint_eq(tokens.count, 3);
        lexer_free(&tokens);
        source_free(&source);
    }
}
END_TEST

START_TEST(layout_gives_indents_and_dedents) {
    LEXES("", "end of file");
    LEXES("\n  \n# c\n", "end of file");
    LEXES("x", "name end of line end of file");
    LEXES("if x:\n  y\nz", "if name : end of line indent name end of line dedent name "
                           "end of line end of file");
    LEXES("if x:\n  y\n\n  # c\n    # d\n  z\n",
          "if name : end of line indent name end of line name end of line dedent end of file");
    LEXES("(\n  x,\n\n y)\n", "( name , name ) end of line end of file");
    LEXES("x \\\n  + 1", "name + number end of line end of file");
    LEXES("\fx\r\ny\rz", "name end of line name end of line name end of line end of file");
}
END_TEST

START_TEST(layout_errors) {
    LEXES("if x:\n    y\n  z\n",
          "IndentationError: unindent does not match any outer indentation level");
    LEXES("if x:\n\ty\n        z\n",
          "TabError: inconsistent use of tabs and spaces in indentation");
    LEXES("(", "SyntaxError: '(' was never closed");
    LEXES(")", "SyntaxError: unmatched ')'");
    LEXES("(]", "SyntaxError: closing parenthesis ']' does not match opening parenthesis '('");
    LEXES("(\n]", "SyntaxError: closing parenthesis ']' does not match opening parenthesis '(' "
                  "on line 1");
    LEXES("x \\ y", "SyntaxError: unexpected character after line continuation character");
    LEXES("x \\", "SyntaxError: unexpected EOF while parsing");
}
END_TEST

START_TEST(numbers) {
    LEXES("1 0x_f 0o17 0b1_0 1_000 1. .5 1e5 1_0.0_1e-1_0 00",
          "number number number number number number number number number number "
          "end of line end of file");
    LEXES("1if x", "number if name end of line end of file");
    LEXES("1..real", "number . name end of line end of file");
    LEXES("1abc", "SyntaxError: invalid decimal literal");
    LEXES("1_", "SyntaxError: invalid decimal literal");
    LEXES("0x", "SyntaxError: invalid hexadecimal literal");
    LEXES("0o8", "SyntaxError: invalid digit '8' in octal literal");
    LEXES("0b2", "SyntaxError: invalid digit '2' in binary literal");
    LEXES("0777", "SyntaxError: leading zeros in decimal integer literals are not permitted; "
                  "use an 0o prefix for octal integers");
}
END_TEST

START_TEST(names_and_characters) {
    LEXES("größe ﬁ _ ñ1", "name name name name end of line end of file");
    LEXES("x€", "SyntaxError: invalid character '€' (U+20AC)");
    LEXES("x\xc2\xa0y", "SyntaxError: invalid non-printable character U+00A0");
    LEXES("\x01", "SyntaxError: invalid non-printable character U+0001");
    LEXES("a?", "name ! end of line end of file"); // for the grammar to refuse
    LEXES("a\0b", "SyntaxError: source code cannot contain null bytes");
    LEXES("'a\0b'", "SyntaxError: source code cannot contain null bytes");
    LEXES("\xff", "SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xff in "
                  "position 0: invalid start byte");
    LEXES("# coding: koi8-r\n", "SyntaxError: encoding problem: koi8-r");
    LEXES("#!x\n# -*- coding: UTF-8 -*-\n", "end of file");
}
END_TEST

START_TEST(strings) {
    LEXES("'' \"\" ''' ' '' ''' rb'\\'' 'a\\\nb' R\"\"\"\n\"\"\"",
          "string string string string string string end of line end of file");
    LEXES("'abc", "SyntaxError: unterminated string literal (detected at line 1)");
    LEXES("'''abc\n", "SyntaxError: unterminated triple-quoted string literal "
                      "(detected at line 1)");
}
END_TEST

START_TEST(fstrings) {
    LEXES("f''", "f-string end of f-string end of line end of file");
    LEXES("f'a{b}c'", "f-string f-string text { name } f-string text end of f-string "
                      "end of line end of file");
    LEXES("f'{{}}'", "f-string f-string text end of f-string end of line end of file");
    LEXES("f'{a!r:>{w}}'", "f-string { name ! name : f-string text { name } } end of f-string "
                           "end of line end of file");
    LEXES("f'{a:=5}'", "f-string { name : f-string text } end of f-string end of line end of file");
    LEXES("f'{(a:=5)}'", "f-string { ( name := number ) } end of f-string end of line "
                         "end of file");
    LEXES("f'{a['b']}'", "f-string { name [ string ] } end of f-string end of line end of file");
    LEXES("f'{f\"{1}\"}'", "f-string { f-string { number } end of f-string } end of f-string "
                           "end of line end of file");
    LEXES("f'}'", "SyntaxError: f-string: single '}' is not allowed");
    LEXES("f'a", "SyntaxError: unterminated f-string literal (detected at line 1)");
    LEXES("f'{a'", "SyntaxError: f-string: expecting '}'");
    LEXES("f'{a", "SyntaxError: '{' was never closed");
    LEXES("f'{a)}'", "SyntaxError: f-string: unmatched ')'");
}
END_TEST

START_TEST(match_and_case_are_soft) {
    LEXES("match = case", "name = name end of line end of file");
    LEXES("match(x)", "name ( name ) end of line end of file");
    LEXES("match x:\n case y: pass\n",
          "match name : end of line indent case name : pass end of line dedent end of file");
    LEXES("match (x):\n case = 1\n",
          "match ( name ) : end of line indent case = number end of line dedent end of file");
    LEXES("if x:\n case = 1\n",
          "if name : end of line indent name = number end of line dedent end of file");
}
END_TEST

static void check_literal(const char *text, const char *expected, size_t length) {
    Arena arena;
    Source source;
    Constant value;
    Diagnostic error;
    arena_init(&arena);
    ck_assert(source_init(&source, "", text, strlen(text)));
    bool ok = literal_string(&arena, &source, (Span){0, source.length}, &value, &error);
    if (ok) {
        ck_assert_uint_eq(value.length, length);
        ck_assert_int_eq(memcmp(value.text, expected, length), 0);
    } else {
        ck_assert_str_eq(error.message, expected);
    }
    arena_free(&arena);
    source_free(&source);
}

#define DECODES(text, expected) check_literal(text, expected, sizeof expected - 1)

START_TEST(escapes) {
    DECODES("'a\\n\\t\\\\\\'\\x41\\101\\u20ac\\U0001F600'", "a\n\t\\'AA€😀");
    DECODES("r'a\\n'", "a\\n");
    DECODES("'\\d\\\nx'", "\\dx");
    DECODES("'\\0'", "\0");
    DECODES("'\\ud800'", "\xed\xa0\x80");
    DECODES("b'\\xff\\u1'", "\xff\\u1");
    DECODES("'''a\n'b'''", "a\n'b");
    DECODES("'\\x4'", "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-2: "
                      "truncated \\xXX escape");
    DECODES("b'a\\x4'", "(value error) invalid \\x escape at position 1");
    DECODES("'\\U00110000'", "(unicode error) 'unicodeescape' codec can't decode bytes in "
                             "position 0-9: illegal Unicode character");
    DECODES("b'é'", "bytes can only contain ASCII literal characters");
}
END_TEST

int main(void) {
    TCase *tests = tcase_create("lexer");
    tcase_add_test(tests, every_fixed_spelling_gives_its_token);
    tcase_add_test(tests, layout_gives_indents_and_dedents);
    tcase_add_test(tests, layout_errors);
    tcase_add_test(tests, numbers);
    tcase_add_test(tests, names_and_characters);
    tcase_add_test(tests, strings);
    tcase_add_test(tests, fstrings);
    tcase_add_test(tests, match_and_case_are_soft);
    tcase_add_test(tests, escapes);
    Suite *suite = suite_create("lexer");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
