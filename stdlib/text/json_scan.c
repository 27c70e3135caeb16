// SPDX-License-Identifier: MIT
//
// Reading JSON: one recursive descent over the characters of a str, as in CPython's _json.c.
//
// The scanner is a local variable of the native that the program called; whatever it has made so
// far is found through it by the scan of the stack. Texts one byte wide have fast paths for what
// most of a text consists of: the insides of strings, short whole numbers, white space. Keys
// repeat in real data, so a small table remembers the last key of each shape; the next object gets
// the same str, whose hash is known already.
//
// Positions in errors are those of CPython 3.13. Depth is bounded by a count and by the C stack.
#include "json_module.h"

#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "execute.h"
#include "float_object.h"
#include "int.h"
#include "list.h"
#include "modules.h"
#include "operations.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"

enum { MAXIMUM_DEPTH = 10000, KEY_CACHE_SIZE = 128, KEY_CACHED_LENGTH = 32 };

typedef struct Scanner {
    Thread *thread;
    Str *text;
    const uint8_t *bytes; // the text if it is one byte wide, else NULL
    size_t at, length;
    int depth;
    bool strict;
    Value object_hook, object_pairs_hook, parse_float, parse_int, parse_constant; // or None
    Str *keys[KEY_CACHE_SIZE];
} Scanner;

static Value scan_value(Scanner *s);

// ---- Errors and single characters ----

static Value fail(Scanner *s, const char *message, size_t position) {
    Thread *thread = s->thread;
    Module *module = import_module(thread, str_from_c(thread, "json"));
    if (module == NULL)
        return VALUE_ERROR;
    Value class =
        attribute_get(thread, value_object(module), str_intern_c(thread, "JSONDecodeError"));
    if (is_error(class))
        return class;
    Value args[] = {library_text(thread, message), value_object(s->text),
                    value_small_int((int64_t)position)};
    Value error = call_value(thread, class, args, 3);
    return is_error(error) ? error : raise_value(thread, error);
}

// As CPython's "raise JSONDecodeError(...) from None": what was handled before is not shown.
static Value fail_without_value(Scanner *s, size_t position) {
    Value error = fail(s, "Expecting value", position);
    if (is_exception(s->thread->exception))
        as_exception(s->thread->exception)->suppress_context = true;
    return error;
}

enum { END_OF_TEXT = UINT32_MAX };

static inline uint32_t peek(const Scanner *s, size_t at) {
    if (at >= s->length)
        return END_OF_TEXT;
    return s->bytes ? s->bytes[at] : str_char_at(s->text, at);
}

static inline uint32_t skip_spaces(Scanner *s) {
    uint32_t c = peek(s, s->at);
    while (c == ' ' || c == '\n' || c == '\t' || c == '\r')
        c = peek(s, ++s->at);
    return c;
}

static bool is_digit(uint32_t c) {
    return c - '0' < 10;
}

static bool enter(Scanner *s, const char *what) {
    char here;
    if (&here < s->thread->native_stack_limit || s->depth >= MAXIMUM_DEPTH)
        return raise_false(s->thread, ERROR_RecursionError,
                           "maximum recursion depth exceeded while decoding a JSON %s from a "
                           "unicode string",
                           what);
    s->depth++;
    return true;
}

// ---- Strings ----

static int hex_digit(uint32_t c) {
    if (is_digit(c))
        return (int)(c - '0');
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? (int)(c - 'a' + 10) : -1;
}

// The four hexadecimal digits from `at`; -1 if they are none.
static int64_t hex_unit(const Scanner *s, size_t at) {
    int64_t unit = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = hex_digit(peek(s, at + i));
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

// s->at is behind the u; the position in errors is that of the u.
static bool scan_unicode_escape(Scanner *s, TextBuilder *out) {
    static const char message[] = "Invalid \\uXXXX escape";
    int64_t unit = s->at + 4 >= s->length ? -1 : hex_unit(s, s->at);
    if (unit < 0)
        return !is_error(fail(s, message, s->at - 1));
    s->at += 4;
    bool pair = unit >= 0xd800 && unit < 0xdc00 && s->at + 6 < s->length &&
                peek(s, s->at) == '\\' && peek(s, s->at + 1) == 'u';
    if (pair) {
        int64_t low = hex_unit(s, s->at + 2);
        if (low < 0)
            return !is_error(fail(s, message, s->at + 1));
        if (low >= 0xdc00 && low < 0xe000) {
            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            s->at += 6;
        }
    }
    text_builder_put(out, (uint32_t)unit);
    return true;
}

static bool scan_escape(Scanner *s, TextBuilder *out, size_t begin) {
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    uint32_t c = peek(s, ++s->at);
    if (c == END_OF_TEXT)
        return !is_error(fail(s, "Unterminated string starting at", begin));
    s->at++;
    if (c == 'u')
        return scan_unicode_escape(s, out);
    const char *found = c != 0 && c < 128 ? strchr(names, (int)c) : NULL;
    if (found == NULL)
        return !is_error(fail(s, "Invalid \\escape", s->at - 2));
    text_builder_put(out, (uint8_t)values[found - names]);
    return true;
}

// From s->at to the next quote, backslash, forbidden control character or the end.
static uint32_t skip_plain(Scanner *s) {
    uint32_t c;
    uint32_t low = s->strict ? 0x20 : 0;
    if (s->bytes) {
        const uint8_t *p = s->bytes + s->at, *end = s->bytes + s->length;
        while (p < end && *p != '"' && *p != '\\' && *p >= low)
            p++;
        s->at = (size_t)(p - s->bytes);
        return p < end ? *p : (uint32_t)END_OF_TEXT;
    }
    while ((c = peek(s, s->at)) != '"' && c != '\\' && c >= low && c != END_OF_TEXT)
        s->at++;
    return c;
}

static Str *scan_escaped_string(Scanner *s, size_t begin) {
    TextBuilder out;
    text_builder_init(&out, s->thread);
    size_t from = begin + 1;
    for (;;) {
        uint32_t c = skip_plain(s);
        text_builder_add_slice(&out, s->text, from, s->at);
        if (c == '"')
            break;
        if (c != '\\') {
            const char *message = c == END_OF_TEXT ? "Unterminated string starting at"
                                                   : "Invalid control character at";
            fail(s, message, c == END_OF_TEXT ? begin : s->at);
            return NULL;
        }
        if (!thread_poll_signals(s->thread) || !scan_escape(s, &out, begin))
            return NULL;
        from = s->at;
    }
    s->at++;
    return text_builder_finish(&out);
}

// s->at is behind the opening quote. NULL: exception set.
static Str *scan_string(Scanner *s) {
    size_t begin = s->at - 1, from = s->at;
    if (skip_plain(s) != '"')
        return s->at = from, scan_escaped_string(s, begin);
    s->at++;
    return str_slice(s->thread, s->text, from, s->at - 1);
}

static bool key_is(const Str *key, const uint8_t *bytes, size_t length) {
    return key != NULL && key->length == length && memcmp(str_bytes(key), bytes, length) == 0;
}

static Str *scan_key(Scanner *s) {
    size_t from = s->at;
    if (s->bytes == NULL)
        return scan_string(s);
    if (skip_plain(s) != '"' || s->at == from || s->at - from > KEY_CACHED_LENGTH)
        return s->at = from, scan_string(s);
    size_t length = s->at++ - from;
    const uint8_t *bytes = s->bytes + from;
    size_t slot = (length * 31 + bytes[0] * 7u + bytes[length - 1] * 3u + bytes[length / 2]);
    Str **cached = &s->keys[slot % KEY_CACHE_SIZE];
    if (!key_is(*cached, bytes, length))
        *cached = str_slice(s->thread, s->text, from, from + length);
    return *cached;
}

// ---- Numbers ----

static Value short_int(const Scanner *s, size_t from, size_t to) {
    bool negative = s->bytes[from] == '-';
    int64_t n = 0;
    for (size_t i = from + negative; i < to; i++)
        n = n * 10 + (s->bytes[i] - '0');
    return value_small_int(negative ? -n : n);
}

static Value convert_number(Scanner *s, size_t from, bool is_float_text) {
    Value parse = is_float_text ? s->parse_float : s->parse_int;
    if (is_none(parse) && !is_float_text && s->bytes && s->at - from <= 14)
        return short_int(s, from, s->at);
    double d;
    if (is_none(parse) && is_float_text && s->bytes &&
        float_parse((const char *)s->bytes + from, s->at - from, &d))
        return value_float(d);
    Str *digits = str_slice(s->thread, s->text, from, s->at);
    if (!is_none(parse))
        return call_1(s->thread, parse, value_object(digits));
    return is_float_text ? float_from_str(s->thread, digits)
                         : int_from_str(s->thread, digits, 10, value_object(digits));
}

static bool skip_digits(Scanner *s) {
    size_t from = s->at;
    while (is_digit(peek(s, s->at)))
        s->at++;
    return s->at > from;
}

static bool skip_fraction(Scanner *s) {
    if (peek(s, s->at) != '.' || !is_digit(peek(s, s->at + 1)))
        return false;
    s->at++;
    return skip_digits(s);
}

static bool skip_exponent(Scanner *s) {
    size_t from = s->at;
    if ((peek(s, from) | 0x20) != 'e')
        return false;
    uint32_t sign = peek(s, ++s->at);
    s->at += sign == '+' || sign == '-';
    if (skip_digits(s))
        return true;
    s->at = from;
    return false;
}

static Value scan_number(Scanner *s) {
    size_t from = s->at;
    s->at += peek(s, from) == '-';
    if (peek(s, s->at) == '0')
        s->at++;
    else if (!skip_digits(s))
        return fail_without_value(s, from);
    bool fraction = skip_fraction(s);
    bool exponent = skip_exponent(s);
    return convert_number(s, from, fraction || exponent);
}

// ---- Words ----

static bool word_is(const Scanner *s, const char *word) {
    for (size_t i = 0; word[i]; i++)
        if (peek(s, s->at + i) != (uint8_t)word[i])
            return false;
    return true;
}

static Value scan_constant(Scanner *s, const char *word, double d) {
    s->at += strlen(word);
    if (is_none(s->parse_constant))
        return value_float(d);
    return call_1(s->thread, s->parse_constant, library_text(s->thread, word));
}

static Value scan_word(Scanner *s) {
    static const struct {
        const char *word;
        Value value;
    } words[] = {{"null", VALUE_NONE}, {"true", VALUE_TRUE}, {"false", VALUE_FALSE}};
    for (size_t i = 0; i < 3; i++)
        if (word_is(s, words[i].word)) {
            s->at += strlen(words[i].word);
            return words[i].value;
        }
    if (word_is(s, "NaN"))
        return scan_constant(s, "NaN", __builtin_nan(""));
    if (word_is(s, "Infinity"))
        return scan_constant(s, "Infinity", __builtin_inf());
    if (word_is(s, "-Infinity"))
        return scan_constant(s, "-Infinity", -__builtin_inf());
    return fail_without_value(s, s->at);
}

// ---- Arrays and objects ----

// Behind an item: true and the next item's first character in *c, or false with *c == 0 at the
// closing bracket, or false with *c == END_OF_TEXT and an exception.
static bool next_item(Scanner *s, uint32_t close, uint32_t *c) {
    *c = skip_spaces(s);
    if (*c == close) {
        s->at++;
        *c = 0;
        return false;
    }
    size_t comma = s->at++;
    if (*c != ',') {
        fail(s, "Expecting ',' delimiter", comma);
        *c = END_OF_TEXT;
        return false;
    }
    *c = skip_spaces(s);
    if (*c != close)
        return true;
    fail(s,
         close == ']' ? "Illegal trailing comma before end of array"
                      : "Illegal trailing comma before end of object",
         comma);
    *c = END_OF_TEXT;
    return false;
}

static Value scan_array(Scanner *s) {
    s->at++;
    if (!enter(s, "array"))
        return VALUE_ERROR;
    List *list = list_new(s->thread, 0);
    uint32_t c = skip_spaces(s);
    bool more = c != ']';
    s->at += !more;
    while (more) {
        Value item = scan_value(s);
        if (is_error(item))
            return item;
        list_append(s->thread, list, item);
        more = next_item(s, ']', &c);
        if (!more && c != 0)
            return VALUE_ERROR;
    }
    s->depth--;
    return value_object(list);
}

static Str *scan_member_name(Scanner *s, uint32_t c) {
    if (c != '"') {
        fail(s, "Expecting property name enclosed in double quotes", s->at);
        return NULL;
    }
    s->at++;
    Str *key = scan_key(s);
    if (key == NULL)
        return NULL;
    if (skip_spaces(s) != ':') {
        fail(s, "Expecting ':' delimiter", s->at);
        return NULL;
    }
    s->at++;
    skip_spaces(s);
    return key;
}

static Value finish_object(Scanner *s, Dict *dict, List *pairs) {
    s->depth--;
    if (pairs)
        return call_1(s->thread, s->object_pairs_hook, value_object(pairs));
    if (!is_none(s->object_hook))
        return call_1(s->thread, s->object_hook, value_object(dict));
    return value_object(dict);
}

static Value scan_object(Scanner *s) {
    s->at++;
    if (!enter(s, "object"))
        return VALUE_ERROR;
    bool as_pairs = !is_none(s->object_pairs_hook);
    Dict *dict = as_pairs ? NULL : dict_new(s->thread, 0);
    List *pairs = as_pairs ? list_new(s->thread, 0) : NULL;
    uint32_t c = skip_spaces(s);
    bool more = c != '}';
    s->at += !more;
    while (more) {
        Str *key = scan_member_name(s, c);
        Value value = key ? scan_value(s) : VALUE_ERROR;
        if (is_error(value))
            return value;
        if (as_pairs)
            list_append(s->thread, pairs, tuple_pair(s->thread, value_object(key), value));
        else
            dict_set_str(s->thread, dict, key, value);
        more = next_item(s, '}', &c);
        if (!more && c != 0)
            return VALUE_ERROR;
    }
    return finish_object(s, dict, pairs);
}

static Value scan_value(Scanner *s) {
    uint32_t c = peek(s, s->at);
    if (!thread_poll_signals(s->thread))
        return VALUE_ERROR;
    switch (c) {
    case '"': {
        s->at++;
        Str *string = scan_string(s);
        return string ? value_object(string) : VALUE_ERROR;
    }
    case '{':
        return scan_object(s);
    case '[':
        return scan_array(s);
    case '-':
        return peek(s, s->at + 1) == 'I' ? scan_word(s) : scan_number(s);
    default:
        return is_digit(c) ? scan_number(s) : scan_word(s);
    }
}

// ---- Natives ----

// args: text, strict, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant
static bool scanner_init(Scanner *s, Thread *thread, Value *args) {
    if (!is_str(args[0]))
        return raise_false(thread, ERROR_TypeError, "first argument must be a string, not %s",
                           type_name(thread, args[0]));
    int strict = operation_truth(thread, args[1]);
    if (strict < 0)
        return false;
    Str *text = as_str(args[0]);
    *s = (Scanner){.thread = thread,
                   .text = text,
                   .bytes = text->width == 1 ? str_bytes(text) : NULL,
                   .length = text->length,
                   .strict = strict,
                   .object_hook = args[2],
                   .object_pairs_hook = args[3],
                   .parse_float = args[4],
                   .parse_int = args[5],
                   .parse_constant = args[6]};
    return true;
}

static Value json_decode(Thread *thread, Value *args) {
    Scanner s;
    if (!scanner_init(&s, thread, args))
        return VALUE_ERROR;
    skip_spaces(&s);
    Value v = scan_value(&s);
    if (is_error(v))
        return v;
    return skip_spaces(&s) == END_OF_TEXT ? v : fail(&s, "Extra data", s.at);
}

static Value json_raw_decode(Thread *thread, Value *args) {
    Scanner s;
    int64_t at;
    if (!scanner_init(&s, thread, args) || !operation_index_int64(thread, args[7], &at))
        return VALUE_ERROR;
    if (at < 0)
        return raise_error(thread, ERROR_ValueError, "idx cannot be negative");
    s.at = (size_t)at;
    Value v = scan_value(&s);
    return is_error(v) ? v : tuple_pair(thread, v, value_small_int((int64_t)s.at));
}

static Value json_scan_string(Thread *thread, Value *args) {
    Value scanner_args[] = {args[0],    args[2],    VALUE_NONE, VALUE_NONE,
                            VALUE_NONE, VALUE_NONE, VALUE_NONE};
    Scanner s;
    int64_t at;
    if (!scanner_init(&s, thread, scanner_args) || !operation_index_int64(thread, args[1], &at))
        return VALUE_ERROR;
    if (at < 1 || (size_t)at > s.length)
        return raise_error(thread, ERROR_ValueError, "end is out of bounds");
    s.at = (size_t)at;
    Str *string = scan_string(&s);
    return string ? tuple_pair(thread, value_object(string), value_small_int((int64_t)s.at))
                  : VALUE_ERROR;
}

#define SCAN_PARAMETERS                                                                            \
    "(s, strict, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant"

const NativeSpec json_scan_functions[] = {
    NATIVE("_decode", json_decode, SCAN_PARAMETERS ", /)", "The value that the text s is."),
    NATIVE("_raw_decode", json_raw_decode, SCAN_PARAMETERS ", idx, /)",
           "The value that begins at s[idx], and where it ends."),
    NATIVE("_scanstring", json_scan_string, "(s, end, strict=True, /)",
           "The string whose first character is s[end], and where it ends."),
    NATIVE_END,
};
