// SPDX-License-Identifier: MIT
//
// From the spelling of a literal to its value.
//
// The parser calls these for NUMBER, STRING and FSTRING_MIDDLE tokens, whose
// spelling the lexer has already checked; what can still be wrong is inside
// (a truncated escape, a byte string with other characters than ASCII). For texts,
// *error is set in any case: to DIAGNOSTIC_NONE, or to a DIAGNOSTIC_WARNING about the
// first escape that means nothing ("\d").
#pragma once

#include "arena.h"
#include "constant.h"
#include "diagnostic.h"
#include "source.h"
#include "token.h"

// Decodes a NUMBER. Text goes to the arena. False with *error filled: too many digits.
bool literal_number(Arena *arena, const Source *source, Span span, Constant *value,
                    Diagnostic *error);

// Decodes a STRING with its prefix and quotes: CONSTANT_STRING or CONSTANT_BYTES.
bool literal_string(Arena *arena, const Source *source, Span span, Constant *value,
                    Diagnostic *error);

// Decodes a piece of an f-string's text: escapes, and doubled braces if `braces`.
bool literal_fstring_text(Arena *arena, const Source *source, const Token *token, bool braces,
                          Constant *value, Diagnostic *error);
