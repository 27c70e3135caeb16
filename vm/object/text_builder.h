// SPDX-License-Identifier: MIT
//
// Putting a str together piece by piece.
//
// The text begins in a small array inside the builder and moves to a buffer on Mini's heap when it
// outgrows that; it begins one byte wide and is widened when the first wider character comes. The
// builder lives in a local variable of a native; the conservative scan of the stack finds its
// buffer, so the builder may be kept across calls that run Mini code, and needs no release when an
// exception ends the work early. CPython's counterpart is _PyUnicodeWriter.
#pragma once

#include "str.h"

enum { TEXT_BUILDER_INLINE = 192 };

typedef struct TextBuilder {
    Thread *thread;
    uint8_t *data;     // local_bytes, or buffer->bytes
    StrBuffer *buffer; // NULL while the text is in local_bytes
    size_t length;     // code points
    size_t capacity;   // code points that fit at the present width
    uint32_t seen;     // all code points so far or-ed together
    uint8_t width;
    _Alignas(4) uint8_t local_bytes[TEXT_BUILDER_INLINE];
} TextBuilder;

void text_builder_init(TextBuilder *builder, Thread *thread);
// Make room for `extra` more code points, all of them at most `max_code_point`.
void text_builder_reserve(TextBuilder *builder, size_t extra, uint32_t max_code_point);
void text_builder_add(TextBuilder *builder, const Str *s);
void text_builder_add_slice(TextBuilder *builder, const Str *s, size_t start, size_t end);
// ASCII text.
void text_builder_add_c(TextBuilder *builder, const char *ascii);
void text_builder_add_ascii(TextBuilder *builder, const char *ascii, size_t length);
void text_builder_add_printf(TextBuilder *builder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_builder_repeat(TextBuilder *builder, uint32_t code_point, size_t count);
// repr(v) or str(v); false when that raised.
bool text_builder_add_repr(TextBuilder *builder, Value v);
bool text_builder_add_str(TextBuilder *builder, Value v);
void text_builder_put_slow(TextBuilder *builder, uint32_t code_point);
static inline void text_builder_put(TextBuilder *builder, uint32_t code_point) {
    if (builder->width == 1 && code_point < 256 && builder->length < builder->capacity) {
        builder->data[builder->length++] = (uint8_t)code_point;
        builder->seen |= code_point;
    } else {
        text_builder_put_slow(builder, code_point);
    }
}
// The text so far as a str. The builder must not be used afterwards.
Str *text_builder_finish(TextBuilder *builder);
