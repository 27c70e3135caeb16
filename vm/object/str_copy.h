// SPDX-License-Identifier: MIT
//
// Moving code points between the three widths, and the few functions that make str objects from
// raw parts. For the files that implement str and its builder; everybody else uses str.h.
#pragma once

#include "str.h"

// From `seen`, all code points or-ed together (or the largest one).
static inline uint8_t str_width_of(uint32_t seen) {
    return seen < 0x100 ? 1 : seen < 0x10000 ? 2 : 4;
}
// Copy `count` code points; the widths may differ, `to` must be wide enough. Returns the end.
uint8_t *str_copy_widths(void *to, uint8_t to_width, const void *from, uint8_t from_width,
                         size_t count);
// memcpy for texts that mostly are short: up to 16 bytes in two overlapping moves, without a call.
static inline void str_copy_bytes(void *to, const void *from, size_t count) {
    uint8_t *out = to;
    const uint8_t *in = from;
    if (count > 16) {
        memcpy(out, in, count);
    } else if (count >= 8) {
        memcpy(out, in, 8);
        memcpy(out + (count - 8), in + (count - 8), 8);
    } else if (count >= 4) {
        memcpy(out, in, 4);
        memcpy(out + (count - 4), in + (count - 4), 4);
    } else if (count) {
        out[0] = in[0];
        out[count / 2] = in[count / 2];
        out[count - 1] = in[count - 1];
    }
}
// Copy the `count` bytes at from, from + step, from + 2 * step ...
void str_copy_steps(uint8_t *to, const uint8_t *from, int64_t step, size_t count);
// The same with characters of two bytes.
void str_copy_steps_16(uint16_t *to, const uint16_t *from, int64_t step, size_t count);
// Write `count` times `code_point` into a new string from `index` on; returns the index behind.
static inline size_t str_fill(Str *s, size_t index, uint32_t code_point, size_t count) {
    if (s->width == 1)
        memset((uint8_t *)str_contents(s) + index, (int)code_point, count);
    else
        for (size_t i = 0; i < count; i++)
            str_put(s, index + i, code_point);
    return index + count;
}
// The same with `count` code points of the given width.
static inline size_t str_place(Str *s, size_t index, const void *from, uint8_t width,
                               size_t count) {
    if (s->width == 1)
        str_copy_bytes((uint8_t *)str_contents(s) + index, from, count);
    else
        str_copy_widths((uint8_t *)str_contents(s) + index * s->width, s->width, from, width,
                        count);
    return index + count;
}
// `s` between `left` and `right` times the fill character; OverflowError or MemoryError.
Str *str_pad(Thread *thread, Str *s, size_t left, size_t right, uint32_t fill);
// The first `needle` in `text`, or NULL; size >= 1.
const uint8_t *str_find_bytes(const uint8_t *text, size_t length, const uint8_t *needle,
                              size_t size);
// The code points or-ed together, up to where the width (and being ASCII) is decided.
uint32_t str_or_code_points(const void *data, uint8_t width, size_t count);
bool str_bytes_are_ascii(const void *bytes, size_t count);

// An empty buffer with room for `capacity` bytes and a terminator.
StrBuffer *str_buffer_new(Thread *thread, size_t capacity);
// A string of `type` (str or a subclass) whose text is at the start of `buffer`.
Str *str_from_buffer(Thread *thread, Type *type, StrBuffer *buffer, size_t length, uint8_t width,
                     bool ascii);
// An instance of the subclass `type` with the text of `s`.
Str *str_copy_as(Thread *thread, Type *type, const Str *s);
// The type's trace slot.
void str_trace(Marker *marker, Object *self);
// The hash of `size` bytes with the interpreter's seed; bytes objects hash the same way.
uint64_t str_hash_raw(Thread *thread, const void *bytes, size_t size);
