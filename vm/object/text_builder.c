// SPDX-License-Identifier: MIT
//
// The builder's two ways to grow: more room at the same width, and a wider copy. A long text is not
// copied once more at the end: the finished str takes the buffer over, since a str may live in a
// StrBuffer anyway (see str.h).
#include "text_builder.h"

#include <stdio.h>

#include "execute.h"
#include "interpreter.h"
#include "operations.h"
#include "str_copy.h"

enum { KEEP_BUFFER_MINIMUM = 1024 }; // bytes; a shorter text is copied into the str itself

void text_builder_init(TextBuilder *builder, Thread *thread) {
    builder->thread = thread;
    builder->data = builder->local_bytes;
    builder->buffer = NULL;
    builder->length = 0;
    builder->capacity = TEXT_BUILDER_INLINE;
    builder->seen = 0;
    builder->width = 1;
}

static void use_buffer(TextBuilder *builder, StrBuffer *buffer, uint8_t width) {
    builder->buffer = buffer;
    builder->data = buffer->bytes;
    builder->width = width;
    builder->capacity = buffer->capacity / width;
}

static void widen(TextBuilder *builder, size_t capacity, uint8_t width) {
    StrBuffer *buffer = str_buffer_new(builder->thread, capacity * width);
    str_copy_widths(buffer->bytes, width, builder->data, builder->width, builder->length);
    StrBuffer *old = builder->buffer;
    use_buffer(builder, buffer, width);
    if (old)
        heap_free_buffer(thread_heap(builder->thread), old);
}

static void grow(TextBuilder *builder, size_t capacity) {
    size_t size = capacity * builder->width;
    if (!builder->buffer) {
        widen(builder, capacity, builder->width);
        return;
    }
    size_t old_size = sizeof(StrBuffer) + builder->buffer->capacity + 4;
    StrBuffer *buffer = heap_resize_bytes(thread_heap(builder->thread), builder->buffer, old_size,
                                           sizeof(StrBuffer) + size + 4);
    buffer->capacity = size;
    use_buffer(builder, buffer, builder->width);
}

void text_builder_reserve(TextBuilder *builder, size_t extra, uint32_t max_code_point) {
    uint8_t width = str_width_of(max_code_point);
    size_t needed = builder->length + extra;
    bool enough = needed <= builder->capacity;
    size_t capacity = enough ? builder->capacity : needed + needed / 2 + 64;
    if (width > builder->width)
        widen(builder, capacity, width);
    else if (!enough)
        grow(builder, capacity);
}

void text_builder_put_slow(TextBuilder *builder, uint32_t code_point) {
    text_builder_reserve(builder, 1, code_point);
    uint8_t *at = builder->data + builder->length * builder->width;
    str_copy_widths(at, builder->width, &code_point, 4, 1);
    builder->length++;
    builder->seen |= code_point;
}

static void add_raw(TextBuilder *builder, const void *data, uint8_t width, size_t count,
                    uint32_t seen) {
    if (builder->width == 1 && width == 1 && count <= builder->capacity - builder->length) {
        str_copy_bytes(builder->data + builder->length, data, count);
        builder->length += count;
        builder->seen |= seen;
        return;
    }
    text_builder_reserve(builder, count, seen);
    uint8_t *at = builder->data + builder->length * builder->width;
    str_copy_widths(at, builder->width, data, width, count);
    builder->length += count;
    builder->seen |= seen;
}

void text_builder_add_slice(TextBuilder *builder, const Str *s, size_t start, size_t end) {
    const uint8_t *from = (const uint8_t *)s->data + start * s->width;
    uint32_t seen = s->ascii ? 0 : str_or_code_points(from, s->width, end - start);
    add_raw(builder, from, s->width, end - start, seen);
}

void text_builder_add(TextBuilder *builder, const Str *s) {
    text_builder_add_slice(builder, s, 0, s->length);
}

void text_builder_add_ascii(TextBuilder *builder, const char *ascii, size_t length) {
    add_raw(builder, ascii, 1, length, 0);
}

void text_builder_add_c(TextBuilder *builder, const char *ascii) {
    text_builder_add_ascii(builder, ascii, strlen(ascii));
}

void text_builder_add_printf(TextBuilder *builder, const char *format, ...) {
    va_list args;
    va_start(args, format);
    text_builder_add(builder, str_format_v(builder->thread, format, args));
    va_end(args);
}

void text_builder_repeat(TextBuilder *builder, uint32_t code_point, size_t count) {
    if (count == 0)
        return;
    text_builder_reserve(builder, count, code_point);
    uint8_t *at = builder->data + builder->length * builder->width;
    if (builder->width == 1)
        memset(at, (int)code_point, count);
    else
        for (size_t i = 0; i < count; i++)
            at = str_copy_widths(at, builder->width, &code_point, 4, 1);
    builder->length += count;
    builder->seen |= code_point;
}

bool text_builder_add_repr(TextBuilder *builder, Value v) {
    if (!thread_poll_signals(builder->thread))
        return false; // natives alone write a list of millions of numbers
    Str *s = operation_repr(builder->thread, v);
    if (s)
        text_builder_add(builder, s);
    return s != NULL;
}

bool text_builder_add_str(TextBuilder *builder, Value v) {
    Str *s = operation_str(builder->thread, v);
    if (s)
        text_builder_add(builder, s);
    return s != NULL;
}

Str *text_builder_finish(TextBuilder *builder) {
    Thread *thread = builder->thread;
    size_t length = builder->length, size = length * builder->width;
    uint8_t width = str_width_of(builder->seen);
    if (length == 0)
        return thread->interpreter->empty_str;
    if (builder->buffer && width == builder->width && size >= KEEP_BUFFER_MINIMUM) {
        builder->buffer->used = size;
        return str_from_buffer(thread, builtin_type(thread, TYPE_str), builder->buffer, length,
                               width, builder->seen < 0x80);
    }
    if (length == 1) {
        uint32_t code_point;
        str_copy_widths(&code_point, 4, builder->data, builder->width, 1);
        return str_from_code_point(thread, code_point);
    }
    Str *s = str_new_uninitialised(thread, length, builder->seen);
    str_copy_widths(str_contents(s), width, builder->data, builder->width, length);
    return s;
}
