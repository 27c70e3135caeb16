// SPDX-License-Identifier: MIT
//
// The helpers of parsing.h.
//
// Each call makes its own arena and source and frees them, so that a leak or a
// node that outlives its arena shows under AddressSanitizer.
#include "parsing.h"

#include <string.h>

void parsed_init(Parsed *parsed, const char *text, size_t length, ParseMode mode) {
    *parsed = (Parsed){0};
    arena_init(&parsed->arena);
    ck_assert(source_init(&parsed->source, "test", text, length));
    ParseWarnings warnings = {0};
    parsed->tree = parse_module(&parsed->arena, &parsed->source, mode, &warnings, &parsed->error);
    if (parsed->tree)
        parsed->scope = symbols_build(&parsed->arena, parsed->tree, false, &parsed->error);
}

void parsed_free(Parsed *parsed) {
    arena_free(&parsed->arena);
    source_free(&parsed->source);
}

void expect_tree(const char *text, ParseMode mode, const char *expected) {
    Parsed parsed;
    StringBuilder out;
    sb_init(&out);
    parsed_init(&parsed, text, strlen(text), mode);
    if (parsed.tree)
        ast_dump(parsed.tree, &out);
    else
        sb_puts(&out, parsed.error.message);
    ck_assert_str_eq(out.data, expected);
    sb_free(&out);
    parsed_free(&parsed);
}

void expect_error(const char *text, uint32_t line, const char *expected) {
    Parsed parsed;
    StringBuilder out;
    sb_init(&out);
    parsed_init(&parsed, text, strlen(text), PARSE_FILE);
    ck_assert_msg(!parsed.scope, "accepted: %s", text);
    sb_printf(&out, "%s: %s", diagnostic_kind_name(parsed.error.kind), parsed.error.message);
    ck_assert_str_eq(out.data, expected);
    ck_assert_uint_eq(source_line_of(&parsed.source, parsed.error.span.start), line);
    sb_free(&out);
    parsed_free(&parsed);
}

void expect_accepted(const char *text, size_t length) {
    Parsed parsed;
    parsed_init(&parsed, text, length, PARSE_FILE);
    ck_assert_msg(parsed.scope != NULL, "%.60s: %s", text, parsed.error.message);
    parsed_free(&parsed);
}
