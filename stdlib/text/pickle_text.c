// SPDX-License-Identifier: MIT
//
// Reading text from a pickle: the str of Python 3 in UTF-8 or as an escaped line, and the str of
// Python 2, which was bytes and is decoded as the reader has been told (`encoding`, `errors`).
#include "pickle_parts.h"

#include "byte_builder.h"
#include "bytes.h"
#include "str.h"
#include "text_builder.h"
#include "utf8.h"

// ---- Python 3 ----

static inline bool is_ascii(const uint8_t *at, size_t length) {
    uint8_t all = 0;
    for (size_t i = 0; i < length; i++)
        all |= at[i];
    return all < 0x80;
}

static Str *decode(Thread *thread, const uint8_t *at, size_t length) {
    if (is_ascii(at, length))
        return str_new_latin1(thread, at, length);
    if (utf8_validate((const char *)at, length, NULL))
        return str_new_utf8(thread, (const char *)at, length);
    return bytes_decode(thread, at, length, "utf-8", "surrogatepass");
}

static bool push_unicode(Thread *thread, Unpickler *u, size_t size) {
    uint64_t length;
    if (!unpickle_take_number(thread, u, size, &length))
        return false;
    if (length > INT64_MAX)
        return raise_false(thread, ERROR_OverflowError,
                           "BINUNICODE exceeds system's maximum size of %lld bytes",
                           (long long)INT64_MAX);
    const uint8_t *at = unpickle_take(thread, u, (size_t)length);
    Str *text = at ? decode(thread, at, (size_t)length) : NULL;
    return text && unpickle_push(thread, u, value_object(text));
}

bool pickle_opcode_unicode1(Thread *thread, Unpickler *u) {
    return push_unicode(thread, u, 1);
}
bool pickle_opcode_unicode4(Thread *thread, Unpickler *u) {
    return push_unicode(thread, u, 4);
}
bool pickle_opcode_unicode8(Thread *thread, Unpickler *u) {
    return push_unicode(thread, u, 8);
}

static int hex_digit(uint8_t c) {
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

// The character of `count` hexadecimal digits; -1 if there is none.
static int64_t read_hex(const uint8_t *at, const uint8_t *end, size_t count) {
    int64_t code = 0;
    if ((size_t)(end - at) < count)
        return -1;
    for (size_t i = 0; i < count; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code <= 0x10ffff ? code : -1;
}

// NULL without error if an escape is wrong.
static Str *decode_escapes(Thread *thread, const uint8_t *at, const uint8_t *end) {
    TextBuilder text;
    text_builder_init(&text, thread);
    while (at < end) {
        bool is_escape = *at == '\\' && end - at > 1 && (at[1] | 32) == 'u';
        if (!is_escape) {
            bool is_pair = *at == '\\' && end - at > 1;
            text_builder_put(&text, *at++);
            if (is_pair)
                text_builder_put(&text, *at++);
            continue;
        }
        size_t count = at[1] == 'u' ? 4 : 8;
        int64_t code = read_hex(at + 2, end, count);
        if (code < 0)
            return NULL;
        text_builder_put(&text, (uint32_t)code);
        at += 2 + count;
    }
    return text_builder_finish(&text);
}

// Protocol 0: Latin-1 with \uxxxx and \Uxxxxxxxx. What is wrong about it, the codec says.
bool pickle_opcode_unicode_line(Thread *thread, Unpickler *u) {
    size_t length;
    const uint8_t *line = unpickle_take_line(thread, u, &length);
    if (!line)
        return false;
    Str *text = length == 0 || !memchr(line, '\\', length)
                    ? str_new_latin1(thread, line, length)
                    : decode_escapes(thread, line, line + length);
    if (!text)
        text = bytes_decode(thread, line, length, "raw-unicode-escape", NULL);
    return text && unpickle_push(thread, u, value_object(text));
}

// ---- Python 2 ----

static bool push_old(Thread *thread, Unpickler *u, const uint8_t *data, size_t length) {
    const char *encoding = str_text(thread, as_str(u->encoding));
    if (strcmp(encoding, "bytes") == 0)
        return unpickle_push(thread, u, value_object(bytes_new(thread, data, length)));
    Str *text = bytes_decode(thread, data, length, encoding, str_text(thread, as_str(u->errors)));
    return text && unpickle_push(thread, u, value_object(text));
}

bool pickle_opcode_string1(Thread *thread, Unpickler *u) {
    const uint8_t *size = unpickle_take(thread, u, 1);
    size_t length = size ? *size : 0;
    const uint8_t *at = size ? unpickle_take(thread, u, length) : NULL;
    return at && push_old(thread, u, at, length);
}

bool pickle_opcode_string4(Thread *thread, Unpickler *u) {
    uint64_t length;
    if (!unpickle_take_number(thread, u, 4, &length))
        return false;
    const uint8_t *at = unpickle_take(thread, u, (size_t)length);
    return at && push_old(thread, u, at, (size_t)length);
}

static int hex_value(uint8_t c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool is_octal(uint8_t c) {
    return c >= '0' && c <= '7';
}

// The escape after the backslash at `i`: what it stands for goes to `out`. Returns where the text
// goes on; 0: exception.
static size_t unescape_one(ByteBuilder *out, const uint8_t *text, size_t length, size_t i) {
    static const char letters[] = "\\'\"abfnrtv", values[] = "\\'\"\a\b\f\n\r\t\v";
    size_t at = i + 1;
    if (at >= length)
        return raise_false(out->thread, ERROR_ValueError, "Trailing \\ in string");
    uint8_t c = text[at];
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter) {
        byte_builder_put(out, (uint8_t)values[letter - letters]);
        return at + 1;
    }
    if (c == 'x') {
        int high = at + 2 < length ? hex_value(text[at + 1]) : -1;
        int low = at + 2 < length ? hex_value(text[at + 2]) : -1;
        if (high < 0 || low < 0)
            return raise_false(out->thread, ERROR_ValueError, "invalid \\x escape at position %zu",
                               i);
        byte_builder_put(out, (uint8_t)(high << 4 | low));
        return at + 3;
    }
    if (!is_octal(c)) {
        byte_builder_put(out, '\\');
        return at;
    }
    unsigned value = 0;
    for (size_t end = at + 3; at < end && at < length && is_octal(text[at]); at++)
        value = value * 8 + text[at] - '0';
    byte_builder_put(out, (uint8_t)value);
    return at;
}

static Bytes *unescape(Thread *thread, const uint8_t *text, size_t length) {
    ByteBuilder out;
    byte_builder_init(&out, thread, length);
    for (size_t i = 0; i < length;) {
        if (text[i] != '\\') {
            byte_builder_put(&out, text[i++]);
        } else if ((i = unescape_one(&out, text, length, i)) == 0) {
            return NULL;
        }
    }
    return byte_builder_finish(&out);
}

bool pickle_opcode_string_line(Thread *thread, Unpickler *u) {
    size_t length;
    const uint8_t *line = unpickle_take_line(thread, u, &length);
    if (!line)
        return false;
    if (length < 2 || line[0] != line[length - 1] || (line[0] != '\'' && line[0] != '"'))
        return unpickling_error(thread, "the STRING opcode argument must be quoted");
    const Bytes *bytes = unescape(thread, line + 1, length - 2);
    return bytes && push_old(thread, u, bytes->data, bytes->length);
}
