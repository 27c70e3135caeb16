// SPDX-License-Identifier: MIT
//
// What Unicode says about a code point, in the categories Python asks for. ASCII is answered from
// a table, the rest by libutf8proc.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool char_is_space(uint32_t c);
bool char_is_alpha(uint32_t c);
bool char_is_decimal(uint32_t c); // Nd
bool char_is_digit(uint32_t c);   // also superscripts and the like
bool char_is_numeric(uint32_t c); // also fractions, Roman and Chinese numerals
bool char_is_alnum(uint32_t c);
bool char_is_upper(uint32_t c);
bool char_is_lower(uint32_t c);
bool char_is_title(uint32_t c);
bool char_is_cased(uint32_t c);
bool char_is_case_ignorable(uint32_t c);
bool char_is_printable(uint32_t c);
bool char_is_line_break(uint32_t c); // as str.splitlines
bool char_starts_identifier(uint32_t c);
bool char_continues_identifier(uint32_t c);
// The value of a decimal digit of any script, or -1.
int char_decimal_value(uint32_t c);

// Full case mappings: write up to 3 code points, return how many.
enum { CHAR_MAX_MAPPED = 3 };
int char_to_upper(uint32_t c, uint32_t *mapped);
int char_to_lower(uint32_t c, uint32_t *mapped);
int char_to_title(uint32_t c, uint32_t *mapped);
int char_to_folded(uint32_t c, uint32_t *mapped);
