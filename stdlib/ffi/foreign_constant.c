// SPDX-License-Identifier: MIT
//
// Constant expressions: the lengths of arrays, the values of enumerators and #defines, the widths
// of bit-fields. All of C's integer operators by precedence climbing; computed with 128 bits, so
// that every 64-bit number of either sign is itself, and what leaves that range is refused.
#include "foreign_parse.h"

#include "foreign_type.h"
#include "int.h"

#include <errno.h>
#include <stdlib.h>

static const __int128 highest = UINT64_MAX, lowest = INT64_MIN;

static bool unary(CParser *parser, __int128 *value);

static const struct {
    int mark, level;
} operators[] = {{MARK_OR, 1},
                 {MARK_AND, 2},
                 {'|', 3},
                 {'^', 4},
                 {'&', 5},
                 {MARK_EQUAL, 6},
                 {MARK_UNEQUAL, 6},
                 {'<', 7},
                 {'>', 7},
                 {MARK_AT_MOST, 7},
                 {MARK_AT_LEAST, 7},
                 {MARK_SHIFT_LEFT, 8},
                 {MARK_SHIFT_RIGHT, 8},
                 {'+', 9},
                 {'-', 9},
                 {'*', 10},
                 {'/', 10},
                 {'%', 10}};

static int level_of(const CToken *token) {
    for (size_t i = 0; token->kind == FOREIGN_MARK && i < sizeof operators / sizeof *operators;
         i++) {
        if (operators[i].mark == token->mark) {
            return operators[i].level;
        }
    }
    return 0;
}

static bool in_range(const CParser *parser, const CToken *at, __int128 value) {
    return (value >= lowest && value <= highest) ||
           foreign_token_fail(&parser->tokens, at, "the constant does not fit into 64 bits");
}

static bool divide(const CParser *parser, const CToken *at, __int128 a, __int128 b,
                   __int128 *result) {
    if (b == 0) {
        return foreign_token_fail(&parser->tokens, at, "division by zero");
    }
    *result = at->mark == '/' ? a / b : a % b;
    return true;
}

static bool shift(const CParser *parser, const CToken *at, __int128 a, __int128 b,
                  __int128 *result) {
    if (b < 0 || b > 63 || (a < 0 && at->mark == MARK_SHIFT_LEFT)) {
        return foreign_token_fail(&parser->tokens, at, "a shift that C leaves undefined");
    }
    *result = at->mark == MARK_SHIFT_LEFT ? a << b : a >> b;
    return true;
}

static __int128 compare(int mark, __int128 a, __int128 b) {
    switch (mark) {
    case MARK_EQUAL:
        return a == b;
    case MARK_UNEQUAL:
        return a != b;
    case '<':
        return a < b;
    case '>':
        return a > b;
    case MARK_AT_MOST:
        return a <= b;
    case MARK_AT_LEAST:
        return a >= b;
    case MARK_AND:
        return a && b;
    default:
        return a || b;
    }
}

static bool multiply(const CParser *parser, const CToken *at, __int128 a, __int128 b,
                     __int128 *result) {
    return !__builtin_mul_overflow(a, b, result) || in_range(parser, at, highest + 1);
}

static bool compute(const CParser *parser, const CToken *at, __int128 a, __int128 b,
                    __int128 *result) {
    bool fine = true;
    switch (at->mark) {
    case '+':
        *result = a + b;
        break;
    case '-':
        *result = a - b;
        break;
    case '*':
        fine = multiply(parser, at, a, b, result);
        break;
    case '/':
    case '%':
        fine = divide(parser, at, a, b, result);
        break;
    case MARK_SHIFT_LEFT:
    case MARK_SHIFT_RIGHT:
        fine = shift(parser, at, a, b, result);
        break;
    case '&':
        *result = a & b;
        break;
    case '|':
        *result = a | b;
        break;
    case '^':
        *result = a ^ b;
        break;
    default:
        *result = compare(at->mark, a, b);
    }
    return fine && in_range(parser, at, *result);
}

static bool binary(CParser *parser, int level, __int128 *value) {
    if (!unary(parser, value)) {
        return false;
    }
    for (;;) {
        const CToken *operator= parser->at;
        int found = level_of(operator);
        __int128 right = 0;
        if (found == 0 || found < level) {
            return true;
        }
        parser->at++;
        if (!binary(parser, found + 1, &right) ||
            !compute(parser, operator, * value, right, value)) {
            return false;
        }
    }
}

bool foreign_parse_constant(CParser *parser, __int128 *value) {
    __int128 yes = 0, no = 0;
    if (!foreign_parse_enter(parser) || !binary(parser, 1, value)) {
        return false;
    }
    if (foreign_parse_accept(parser, '?')) {
        if (!foreign_parse_constant(parser, &yes) || !foreign_parse_expect(parser, ':', "'?'") ||
            !foreign_parse_constant(parser, &no)) {
            return false;
        }
        *value = *value ? yes : no;
    }
    parser->depth--;
    return true;
}

// ---- Operands ----

static bool read_number(CParser *parser, __int128 *value) {
    const CToken *token = parser->at++;
    const char *text = parser->tokens.text + token->start;
    char *end;
    int base = 0;
    if (text[0] == '0' && (text[1] == 'b' || text[1] == 'B')) {
        text += 2;
        base = 2;
    }
    errno = 0;
    *value = strtoull(text, &end, base);
    const char *stop = parser->tokens.text + token->start + token->length;
    if (errno != 0) {
        return foreign_token_fail(&parser->tokens, token, "the constant does not fit into 64 bits");
    }
    while (end < stop && strchr("uUlL", *end) != NULL) {
        end++;
    }
    if (end != stop || *stop == '.') {
        return foreign_token_fail(&parser->tokens, token, "an integer was expected");
    }
    return true;
}

// What a character constant is in C: an int that may be negative.
static int as_char(char c) {
    return c < 0 ? (int)(unsigned char)c - 256 : c;
}

static bool read_character(CParser *parser, __int128 *value) {
    static const char names[] = "abfnrtv0\\'\"?", codes[] = "\a\b\f\n\r\t\v\0\\'\"?";
    const CToken *token = parser->at++;
    const char *text = parser->tokens.text + token->start + 1;
    if (token->length == 3 && *text != '\\') {
        *value = as_char(*text);
        return true;
    }
    if (*text == '\\' && token->length == 4 && strchr(names, text[1]) != NULL) {
        *value = as_char(codes[strchr(names, text[1]) - names]);
        return true;
    }
    char *end = NULL;
    if (*text == '\\') {
        bool hexadecimal = text[1] == 'x';
        *value = as_char((char)strtoul(text + 1 + hexadecimal, &end, hexadecimal ? 16 : 8));
    }
    return (end != NULL && end == parser->tokens.text + token->start + token->length - 1) ||
           foreign_token_fail(&parser->tokens, token, "one character was expected");
}

static bool read_sizeof(CParser *parser, __int128 *value) {
    const CToken *word = parser->at++;
    bool wants_size = foreign_token_is(&parser->tokens, word, "sizeof");
    if (!foreign_parse_expect(parser, '(', foreign_token_text(&parser->tokens, word))) {
        return false;
    }
    const CToken *start = parser->at;
    CType *type = foreign_parse_type_name(parser);
    if (type == NULL) {
        return false;
    }
    if (!foreign_has_size(type)) {
        return foreign_token_fail(&parser->tokens, start, "the size of '%s' is not known",
                                  foreign_type_text(parser->thread, type));
    }
    *value = (__int128)(wants_size ? type->size : type->alignment);
    return foreign_parse_expect(parser, ')', "the type");
}

static bool read_name(CParser *parser, __int128 *value) {
    const CToken *token = parser->at;
    if (foreign_token_is(&parser->tokens, token, "sizeof") ||
        foreign_token_is(&parser->tokens, token, "_Alignof")) {
        return read_sizeof(parser, value);
    }
    Value meaning = foreign_parse_lookup(parser, token);
    int64_t number;
    uint64_t big;
    if (is_undefined(meaning) || !is_integral(meaning)) {
        return foreign_token_fail(&parser->tokens, token, "%s is no constant that is known here",
                                  foreign_token_text(&parser->tokens, token));
    }
    *value = int_to_int64(meaning, &number) ? number
             : int_to_uint64(meaning, &big) ? (__int128)big
                                            : 0;
    parser->at++;
    return true;
}

// ( expression ) or a cast, which is read over: ((size_t)-1) is refused by its range elsewhere.
static bool read_brackets(CParser *parser, __int128 *value) {
    parser->at++;
    if (!foreign_parse_starts_type(parser, parser->at)) {
        return foreign_parse_constant(parser, value) && foreign_parse_expect(parser, ')', "'('");
    }
    const CToken *start = parser->at;
    CType *type = foreign_parse_type_name(parser);
    if (type == NULL || !foreign_parse_expect(parser, ')', "the type") || !unary(parser, value)) {
        return false;
    }
    if (!foreign_is_integer(type) && type->kind != C_CHAR) {
        return foreign_token_fail(&parser->tokens, start,
                                  "in a constant only integer types can be cast to");
    }
    unsigned bits = (unsigned)type->size * 8;
    uint64_t low = (uint64_t)*value & (UINT64_MAX >> (64 - bits));
    bool is_negative = type->kind != C_UNSIGNED && type->kind != C_BOOL && low >> (bits - 1);
    *value = is_negative ? (__int128)low - ((__int128)1 << bits) : (__int128)low;
    return true;
}

static bool operand(CParser *parser, __int128 *value) {
    const CToken *token = parser->at;
    switch (token->kind) {
    case FOREIGN_NUMBER:
        return read_number(parser, value);
    case FOREIGN_CHARACTER:
        return read_character(parser, value);
    case FOREIGN_NAME:
        return read_name(parser, value);
    default:
        if (foreign_parse_is(parser, '(')) {
            return read_brackets(parser, value);
        }
        return foreign_token_fail(&parser->tokens, token, "a constant was expected, not %s",
                                  foreign_token_text(&parser->tokens, token));
    }
}

static bool unary(CParser *parser, __int128 *value) {
    const CToken *token = parser->at;
    int mark = token->kind == FOREIGN_MARK ? token->mark : 0;
    if (mark != '-' && mark != '+' && mark != '~' && mark != '!') {
        return operand(parser, value);
    }
    parser->at++;
    if (!foreign_parse_enter(parser) || !unary(parser, value)) {
        return false;
    }
    parser->depth--;
    *value = mark == '-' ? -*value : mark == '~' ? ~*value : mark == '!' ? !*value : *value;
    return in_range(parser, token, *value);
}
