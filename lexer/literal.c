// SPDX-License-Identifier: MIT
//
// Decoding numbers and strings.
//
// A string's decoded text is never longer than its spelling, so each is written
// to an arena buffer of the spelling's length. Escapes that Python does not know
// ("\d") stay as they are. Surrogates written as \ud800 become three bytes, see
// utf8.h. Errors carry CPython's codec messages, with positions counted from the
// string's first byte.
#include "literal.h"

#include "character_name.h"
#include "utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// The most digits a decimal literal may have, as in CPython (quadratic conversion).
enum { MAX_DECIMAL_DIGITS = 4300 };

typedef struct Decoder {
    const Source *source;
    Span span; // of the whole literal, for errors
    const char *body;
    const char *at;
    const char *end;
    char *out;
    bool is_bytes;
    Diagnostic *error;
} Decoder;

static char *without_underscores(Arena *arena, const char *text, size_t length, uint32_t *kept) {
    char *digits = arena_alloc(arena, length + 1);
    *kept = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] != '_')
            digits[(*kept)++] = text[i];
    return digits;
}

static int base_of(const char *digits) {
    char marker = digits[0] == '0' ? (char)(digits[1] | 0x20) : '\0';
    return marker == 'x' ? 16 : marker == 'o' ? 8 : marker == 'b' ? 2 : 10;
}

static bool integer(const char *digits, uint32_t length, int base, Constant *value) {
    errno = 0;
    long long number = strtoll(digits, NULL, base);
    if (errno == 0) {
        *value = (Constant){.kind = CONSTANT_INT, .integer = number};
        return true;
    }
    *value = (Constant){.kind = CONSTANT_BIG_INT, .base = base, .length = length, .text = digits};
    return base != 10 || length <= MAX_DECIMAL_DIGITS;
}

bool literal_number(Arena *arena, const Source *source, Span span, Constant *value,
                    Diagnostic *error) {
    uint32_t length;
    const char *digits =
        without_underscores(arena, source->text + span.start, span.end - span.start, &length);
    int base = base_of(digits);
    if (base == 10 && strpbrk(digits, ".eEjJ")) {
        bool imaginary = (digits[length - 1] | 0x20) == 'j';
        *value = (Constant){.kind = imaginary ? CONSTANT_IMAGINARY : CONSTANT_FLOAT,
                            .number = strtod(digits, NULL)};
        return true;
    }
    uint32_t prefix = base == 10 ? 0 : 2;
    if (integer(digits + prefix, length - prefix, base, value))
        return true;
    diagnostic_set(error, DIAGNOSTIC_SYNTAX_ERROR, span,
                   "Exceeds the limit (%d digits) for integer string conversion: value has %u "
                   "digits; use sys.set_int_max_str_digits() to increase the limit - Consider "
                   "hexadecimal for huge integer literals to avoid decimal conversion limits.",
                   MAX_DECIMAL_DIGITS, length);
    return false;
}

static bool fail_escape(Decoder *decoder, const char *start, const char *reason) {
    unsigned from = (unsigned)(start - decoder->body);
    unsigned to = (unsigned)(decoder->at - decoder->body) - 1;
    if (decoder->is_bytes)
        diagnostic_set(decoder->error, DIAGNOSTIC_SYNTAX_ERROR, decoder->span,
                       "(value error) invalid \\x escape at position %u", from);
    else
        diagnostic_set(decoder->error, DIAGNOSTIC_SYNTAX_ERROR, decoder->span,
                       "(unicode error) 'unicodeescape' codec can't decode bytes in position "
                       "%u-%u: %s",
                       from, to, reason);
    return false;
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void put_codepoint(Decoder *decoder, uint32_t codepoint) {
    if (decoder->is_bytes)
        *decoder->out++ = (char)codepoint;
    else
        decoder->out += utf8_encode(codepoint, decoder->out);
}

// \xhh, \uhhhh, \Uhhhhhhhh: `digits` hexadecimal digits behind the letter.
static bool hex_escape(Decoder *decoder, const char *start, int digits, const char *truncated) {
    uint32_t value = 0;
    for (int i = 0; i < digits; i++, decoder->at++) {
        int digit = decoder->at < decoder->end ? hex_value(*decoder->at) : -1;
        if (digit < 0)
            return fail_escape(decoder, start, truncated);
        value = value << 4 | (uint32_t)digit;
    }
    if (value > 0x10FFFF)
        return fail_escape(decoder, start, "illegal Unicode character");
    put_codepoint(decoder, value);
    return true;
}

// Notes the escape with these letters, if it is the first that means nothing. CPython passes over
// letters beyond ASCII.
static void warn_escape(Decoder *decoder, const char *letters, int length, const char *kind) {
    if (decoder->error->kind == DIAGNOSTIC_NONE && (unsigned char)*letters < 0x80)
        diagnostic_set(decoder->error, DIAGNOSTIC_WARNING, decoder->span,
                       "invalid %sescape sequence '\\%.*s'", kind, length, letters);
}

// Up to three octal digits, the first of which is `first`.
static void octal_escape(Decoder *decoder, char first) {
    const char *digits = decoder->at - 1;
    uint32_t value = (uint32_t)(first - '0');
    for (int i = 0; i < 2 && decoder->at < decoder->end; i++, decoder->at++) {
        if (*decoder->at < '0' || *decoder->at > '7')
            break;
        value = value * 8 + (uint32_t)(*decoder->at - '0');
    }
    if (value > 0xFF)
        warn_escape(decoder, digits, 3, "octal ");
    put_codepoint(decoder, decoder->is_bytes ? value & 0xFF : value);
}

static bool named_escape(Decoder *decoder, const char *start) {
    const char *close = memchr(decoder->at, '}', (size_t)(decoder->end - decoder->at));
    bool is_braced = decoder->at < decoder->end && *decoder->at == '{';
    if (is_braced)
        decoder->at = close ? close + (close[-1] != '{') : decoder->end;
    if (!is_braced || !close || close[-1] == '{')
        return fail_escape(decoder, start, "malformed \\N character escape");
    const char *name = start + strlen("\\N{");
    int32_t character = character_by_name(name, (size_t)(close - name));
    if (character < 0)
        return fail_escape(decoder, start, "unknown Unicode character name");
    put_codepoint(decoder, (uint32_t)character);
    return true;
}

// The byte that a one-letter escape stands for, or -1.
static int simple_escape(char letter) {
    static const char letters[] = "\\'\"abfnrtv";
    static const char values[] = "\\'\"\a\b\f\n\r\t\v";
    const char *found = letter ? strchr(letters, letter) : NULL;
    return found ? values[found - letters] : -1;
}

// The escape whose backslash was just passed.
static bool escape(Decoder *decoder) {
    const char *start = decoder->at - 1;
    char letter = *decoder->at++;
    int simple = simple_escape(letter);
    if (simple >= 0)
        *decoder->out++ = (char)simple;
    else if (letter >= '0' && letter <= '7')
        octal_escape(decoder, letter);
    else if (letter == 'x')
        return hex_escape(decoder, start, 2, "truncated \\xXX escape");
    else if (letter == 'u' && !decoder->is_bytes)
        return hex_escape(decoder, start, 4, "truncated \\uXXXX escape");
    else if (letter == 'U' && !decoder->is_bytes)
        return hex_escape(decoder, start, 8, "truncated \\UXXXXXXXX escape");
    else if (letter == 'N' && !decoder->is_bytes)
        return named_escape(decoder, start);
    else if (letter != '\n') {
        warn_escape(decoder, decoder->at - 1, 1, "");
        *decoder->out++ = '\\';
        decoder->at--;
    }
    return true;
}

// Decodes from decoder->at to the end; a doubled brace gives one if `braces`.
static bool decode(Decoder *decoder, bool is_raw, bool braces) {
    decoder->error->kind = DIAGNOSTIC_NONE;
    while (decoder->at < decoder->end) {
        char c = *decoder->at++;
        if (c == '\\' && !is_raw && decoder->at < decoder->end) {
            if (!escape(decoder))
                return false;
            continue;
        }
        if (c == '\\' && !is_raw)
            warn_escape(decoder, decoder->at, 1, ""); // the text breaks off at a field's brace
        *decoder->out++ = c;
        if (braces && (c == '{' || c == '}') && decoder->at < decoder->end && *decoder->at == c)
            decoder->at++;
    }
    return true;
}

static bool finish(const Decoder *decoder, const char *buffer, Constant *value) {
    *value = (Constant){
        .kind = decoder->is_bytes ? CONSTANT_BYTES : CONSTANT_STRING,
        .length = (uint32_t)(decoder->out - buffer),
        .text = buffer,
    };
    return true;
}

static bool check_ascii(const Decoder *decoder) {
    for (const char *at = decoder->at; at < decoder->end; at++)
        if ((unsigned char)*at >= 0x80) {
            diagnostic_set(decoder->error, DIAGNOSTIC_SYNTAX_ERROR, decoder->span,
                           "bytes can only contain ASCII literal characters");
            return false;
        }
    return true;
}

// Finds the prefix's letters and the body between the quotes.
static bool open_string(Decoder *decoder) {
    const char *start = decoder->source->text + decoder->span.start;
    const char *quotes = start + strcspn(start, "'\"");
    const char *end = decoder->source->text + decoder->span.end;
    bool is_triple = end - quotes >= 6 && quotes[1] == *quotes && quotes[2] == *quotes;
    bool is_raw = false;
    for (const char *letter = start; letter < quotes; letter++) {
        is_raw |= (*letter | 0x20) == 'r';
        decoder->is_bytes |= (*letter | 0x20) == 'b';
    }
    decoder->body = decoder->at = quotes + (is_triple ? 3 : 1);
    decoder->end = end - (is_triple ? 3 : 1);
    return is_raw;
}

bool literal_string(Arena *arena, const Source *source, Span span, Constant *value,
                    Diagnostic *error) {
    Decoder decoder = {.source = source, .span = span, .error = error};
    bool is_raw = open_string(&decoder);
    char *buffer = arena_alloc(arena, (size_t)(decoder.end - decoder.at) + 1);
    decoder.out = buffer;
    if (decoder.is_bytes && !check_ascii(&decoder))
        return false;
    return decode(&decoder, is_raw, false) && finish(&decoder, buffer, value);
}

bool literal_fstring_text(Arena *arena, const Source *source, const Token *token, bool braces,
                          Constant *value, Diagnostic *error) {
    Decoder decoder = {.source = source, .span = token->span, .error = error};
    decoder.body = decoder.at = source->text + token->span.start;
    decoder.end = source->text + token->span.end;
    char *buffer = arena_alloc(arena, token->span.end - token->span.start + 1);
    decoder.out = buffer;
    return decode(&decoder, token->is_raw, braces) && finish(&decoder, buffer, value);
}
