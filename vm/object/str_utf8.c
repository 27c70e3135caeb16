// SPDX-License-Identifier: MIT
//
// Between str and UTF-8. Both directions look first whether the text is ASCII, where the two are
// the same bytes. Strings may hold lone surrogates, as Python's may; they are written as the three
// bytes of their number, which is not valid UTF-8 but keeps every name and message printable. The
// strict codec is in str_codec.c.
#include "utf8.h"

#include "interpreter.h"
#include "str.h"
#include "str_copy.h"

static void decode_into(Str *s, const char *text, const char *end) {
    for (size_t i = 0; text < end; i++) {
        uint32_t c = (uint8_t)*text;
        text += c < 0x80 ? 1 : utf8_decode(text, end, &c);
        str_put(s, i, c);
    }
}

Str *str_new_utf8(Thread *thread, const char *text, size_t length) {
    if (str_bytes_are_ascii(text, length))
        return str_new_latin1(thread, text, length);
    const char *end = text + length;
    uint32_t seen = 0, c;
    size_t count = 0;
    for (const char *at = text; at < end; count++) {
        at += utf8_decode(at, end, &c);
        seen |= c;
    }
    if (count == 1)
        return str_from_code_point(thread, seen);
    Str *s = str_new_uninitialised(thread, count, seen);
    decode_into(s, text, end);
    return s;
}

static size_t utf8_size(const Str *s) {
    size_t size = 0;
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        size += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }
    return size;
}

const char *str_utf8(Thread *thread, Str *s, size_t *length) {
    if (s->ascii && ((const char *)s->data)[s->length] == '\0') {
        *length = s->length;
        return s->data;
    }
    *length = s->ascii ? s->length : utf8_size(s);
    char *text = heap_allocate_bytes(thread_heap(thread), *length + 1);
    if (s->ascii) {
        memcpy(text, s->data, s->length);
        return text;
    }
    char *to = text;
    for (size_t i = 0; i < s->length; i++)
        to += utf8_encode(str_char_at(s, i), to);
    return text;
}

const char *str_text(Thread *thread, Str *s) {
    size_t length;
    return str_utf8(thread, s, &length);
}
