// SPDX-License-Identifier: MIT
//
// Making and combining strings.
//
// The invariant on which equality, hashing and search rest: a string always has the narrowest
// width that fits, and `ascii` is exact. So two equal strings have the same width and the same
// bytes, and memcmp decides. Whoever makes a string from parts therefore first finds the largest
// code point (or-ing them all is enough, since only 7, 8 and 16 bits matter).
//
// str_concat is the place of the append trick described in str.h. CPython instead resizes the left
// operand when nobody else holds a reference to it; we have no reference counts to ask, but
// sharing a growing buffer works without them.
#include "str.h"

#include <stdio.h>

#include "interpreter.h"
#include "list.h"
#include "operations.h"
#include "str_copy.h"
#include "tuple.h"

enum {
    CONCAT_SHARE_MINIMUM = 128, // bytes from which a concatenation gets a growable buffer
    PART_MINIMUM = 2048,        // bytes from which a slice may be a part
};

static void set_text_fields(Str *s, size_t length, uint8_t width, bool ascii) {
    s->width = width;
    s->ascii = ascii;
    s->tag = STR_TAG;
    s->length = length;
}

// Inline or, for big and subclass instances, with `data` still to be set.
static Str *allocate_inline(Thread *thread, size_t length, uint8_t width, bool ascii) {
    size_t size = sizeof(Str) + (length + 1) * width;
    Str *s = object_new_unfilled(thread, builtin_type(thread, TYPE_str), size);
    set_text_fields(s, length, width, ascii);
    s->data = s->bytes;
    return s;
}

Str *str_new_uninitialised(Thread *thread, size_t length, uint32_t max_code_point) {
    if (length > STR_MAX_LENGTH) {
        raise_error(thread, ERROR_MemoryError, "%s", "");
        return NULL;
    }
    return allocate_inline(thread, length, str_width_of(max_code_point), max_code_point < 0x80);
}

Str *str_from_buffer(Thread *thread, Type *type, StrBuffer *buffer, size_t length, uint8_t width,
                     bool ascii) {
    Str *s = object_new_sized(thread, type, type->size > sizeof(Str) ? type->size : sizeof(Str));
    set_text_fields(s, length, width, ascii);
    s->data = buffer->bytes;
    return s;
}

StrBuffer *str_buffer_new(Thread *thread, size_t capacity) {
    StrBuffer *buffer =
        heap_allocate_bytes(thread_heap(thread), sizeof(StrBuffer) + capacity + 4);
    buffer->capacity = capacity;
    return buffer;
}

Str *str_copy_as(Thread *thread, Type *type, const Str *s) {
    size_t size = s->length * s->width;
    StrBuffer *buffer = str_buffer_new(thread, size);
    memcpy(buffer->bytes, s->data, size);
    buffer->used = size;
    return str_from_buffer(thread, type, buffer, s->length, s->width, s->ascii);
}

Str *str_exact(Thread *thread, Str *s) {
    if (s->object.type == builtin_type(thread, TYPE_str))
        return s;
    return str_slice(thread, s, 0, s->length);
}

Str *str_new_latin1(Thread *thread, const void *bytes, size_t length) {
    if (length == 0)
        return thread->interpreter->empty_str;
    if (length == 1)
        return str_from_code_point(thread, *(const uint8_t *)bytes);
    Str *s = allocate_inline(thread, length, 1, str_bytes_are_ascii(bytes, length));
    memcpy(s->bytes, bytes, length);
    return s;
}

Str *str_new_ucs4(Thread *thread, const uint32_t *code_points, size_t length) {
    if (length == 0)
        return thread->interpreter->empty_str;
    uint32_t seen = str_or_code_points(code_points, 4, length);
    if (length == 1)
        return str_from_code_point(thread, *code_points);
    Str *s = str_new_uninitialised(thread, length, seen);
    str_copy_widths(str_contents(s), s->width, code_points, 4, length);
    return s;
}

Str *str_from_code_point(Thread *thread, uint32_t code_point) {
    if (code_point < 256)
        return thread->interpreter->latin1[code_point];
    Str *s = allocate_inline(thread, 1, str_width_of(code_point), false);
    str_put(s, 0, code_point);
    return s;
}

Str *str_from_c(Thread *thread, const char *text) {
    return str_new_utf8(thread, text, strlen(text));
}

Str *str_format_v(Thread *thread, const char *format, va_list args) {
    char local[512];
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(local, sizeof local, format, args);
    char *text = local;
    if (length >= (int)sizeof local) {
        text = heap_allocate(thread_heap(thread), CELL_BUFFER, (size_t)length + 1);
        vsnprintf(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    return str_new_utf8(thread, text, length < 0 ? 0 : (size_t)length);
}

Str *str_format(Thread *thread, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str *s = str_format_v(thread, format, args);
    va_end(args);
    return s;
}

static StrBuffer *shared_buffer(const Str *s) {
    if (s->data == s->bytes || s->tag == STR_PART_TAG)
        return NULL;
    return (StrBuffer *)((uintptr_t)s->data - offsetof(StrBuffer, bytes));
}

// The marker finds the beginning of what `data` points into.
void str_trace(Marker *marker, Object *self) {
    const Str *s = (const Str *)self;
    if (s->data != s->bytes)
        mark_object(marker, s->data);
}

static Str *concat_inline(Thread *thread, const Str *a, const Str *b, uint8_t width) {
    Str *s = allocate_inline(thread, a->length + b->length, width, a->ascii && b->ascii);
    if (width == 1) {
        str_copy_bytes(s->bytes, a->data, a->length);
        str_copy_bytes(s->bytes + a->length, b->data, b->length);
        return s;
    }
    str_copy_widths(s->bytes, width, a->data, a->width, a->length);
    str_copy_widths(s->bytes + a->length * width, width, b->data, b->width, b->length);
    return s;
}

// Copy `a` to a buffer with room to grow: a little the first time, by half when it grows again.
static StrBuffer *start_buffer(Thread *thread, const Str *a, size_t size, uint8_t width) {
    size_t room = shared_buffer(a) ? size / 2 : size / 8;
    StrBuffer *buffer = str_buffer_new(thread, size + room);
    str_copy_widths(buffer->bytes, width, a->data, a->width, a->length);
    buffer->used = a->length * width;
    return buffer;
}

static bool can_append(const StrBuffer *buffer, const Str *a, size_t size, uint8_t width) {
    return buffer && a->width == width && buffer->used == a->length * width &&
           size <= buffer->capacity;
}

static Str *concat_shared(Thread *thread, const Str *a, const Str *b, uint8_t width) {
    size_t length = a->length + b->length, size = length * width;
    StrBuffer *buffer = shared_buffer(a);
    if (!can_append(buffer, a, size, width))
        buffer = start_buffer(thread, a, size, width);
    // The object first: should memory run out, nothing has been written.
    Str *s = str_from_buffer(thread, builtin_type(thread, TYPE_str), buffer, length, width,
                             a->ascii && b->ascii);
    str_copy_widths(buffer->bytes + a->length * width, width, b->data, b->width, b->length);
    buffer->used = size;
    return s;
}

Str *str_concat(Thread *thread, Str *a, Str *b) {
    if (b->length == 0)
        return str_exact(thread, a);
    if (a->length == 0)
        return str_exact(thread, b);
    if (a->length + b->length > STR_MAX_LENGTH) {
        raise_error(thread, ERROR_OverflowError, "strings are too large to concat");
        return NULL;
    }
    uint8_t width = a->width > b->width ? a->width : b->width;
    if ((a->length + b->length) * width < CONCAT_SHARE_MINIMUM || a->length < b->length)
        return concat_inline(thread, a, b, width);
    return concat_shared(thread, a, b, width);
}

// Fill by doubling: each memcpy copies all that is there already.
static void fill_repeated(uint8_t *bytes, size_t unit, size_t total) {
    size_t done = unit;
    while (done < total) {
        size_t part = done < total - done ? done : total - done;
        memcpy(bytes + done, bytes, part);
        done += part;
    }
}

Str *str_repeat(Thread *thread, Str *s, int64_t count) {
    if (count <= 0 || s->length == 0)
        return thread->interpreter->empty_str;
    if (count == 1)
        return str_exact(thread, s);
    if ((uint64_t)count > INT64_MAX / s->length) {
        raise_error(thread, ERROR_OverflowError, "repeated string is too long");
        return NULL;
    }
    if ((uint64_t)count > STR_MAX_LENGTH / s->length) {
        raise_error(thread, ERROR_MemoryError, "%s", "");
        return NULL;
    }
    size_t unit = s->length * s->width;
    Str *result = allocate_inline(thread, s->length * (size_t)count, s->width, s->ascii);
    if (unit == 1) {
        memset(result->bytes, *str_bytes(s), (size_t)count);
        return result;
    }
    memcpy(result->bytes, s->data, unit);
    fill_repeated(result->bytes, unit, unit * (size_t)count);
    return result;
}

// Whether a slice of so many bytes may be a part of `s`: it keeps at most twice as much alive.
static bool may_be_part(Thread *thread, const Str *s, size_t size) {
    return size >= PART_MINIMUM && size >= heap_cell_size(thread_heap(thread), s->data) / 2;
}

static Str *part_new(Thread *thread, const Str *s, const void *from, size_t length, bool ascii) {
    Str *part = object_new_sized(thread, builtin_type(thread, TYPE_str), sizeof(Str));
    set_text_fields(part, length, s->width, ascii);
    part->tag = STR_PART_TAG;
    part->data = from;
    return part;
}

Str *str_slice(Thread *thread, Str *s, size_t start, size_t end) {
    size_t length = end - start;
    if (length == s->length && s->object.type == builtin_type(thread, TYPE_str))
        return s;
    if (length == 0)
        return thread->interpreter->empty_str;
    if (length == 1)
        return str_from_code_point(thread, str_char_at(s, start));
    const uint8_t *from = (const uint8_t *)s->data + start * s->width;
    uint32_t seen = s->ascii ? 0 : str_or_code_points(from, s->width, length);
    uint8_t width = str_width_of(seen);
    if (width == s->width && may_be_part(thread, s, length * width))
        return part_new(thread, s, from, length, seen < 0x80);
    Str *result = allocate_inline(thread, length, width, seen < 0x80);
    if (s->width == 1)
        str_copy_bytes(result->bytes, from, length);
    else
        str_copy_widths(result->bytes, width, from, s->width, length);
    return result;
}

Str *str_slice_step(Thread *thread, Str *s, int64_t start, int64_t step, size_t count) {
    if (step == 1)
        return str_slice(thread, s, (size_t)start, (size_t)start + count);
    if (count == 0)
        return thread->interpreter->empty_str;
    uint32_t seen = 0;
    if (step == -1 && count == s->length)
        seen = s->ascii ? 0 : str_or_code_points(s->data, s->width, count);
    else
        for (size_t i = 0; i < count && !s->ascii; i++)
            seen |= str_char_at(s, (size_t)(start + (int64_t)i * step));
    Str *result = str_new_uninitialised(thread, count, seen);
    if (s->width == 1) {
        str_copy_steps(result->bytes, str_bytes(s) + start, step, count);
        return result;
    }
    if (s->width == 2 && result->width == 2)
        str_copy_steps_16(str_contents(result), (const uint16_t *)s->data + start, step, count);
    else
        for (size_t i = 0; i < count; i++)
            str_put(result, i, str_char_at(s, (size_t)(start + (int64_t)i * step)));
    return result;
}

// What str_join needs to know of its items.
typedef struct JoinPlan {
    size_t length;
    uint8_t width;
    bool ascii;
} JoinPlan;

static bool plan_join(Thread *thread, const Str *separator, const Value *items, size_t count,
                      JoinPlan *plan) {
    *plan = (JoinPlan){.width = 1, .ascii = true};
    if (count > 1 && separator->length)
        *plan = (JoinPlan){(count - 1) * separator->length, separator->width, separator->ascii};
    for (size_t i = 0; i < count; i++) {
        if (!is_str(items[i]))
            return raise_false(thread, ERROR_TypeError,
                               "sequence item %zu: expected str instance, %s found", i,
                               type_name(thread, items[i]));
        const Str *item = as_str(items[i]);
        plan->length += item->length;
        plan->width = item->width > plan->width ? item->width : plan->width;
        plan->ascii = plan->ascii && item->ascii;
        if (plan->length > STR_MAX_LENGTH)
            return raise_false(thread, ERROR_OverflowError,
                               "join() result is too long for a Python string");
    }
    return true;
}

static uint8_t *append_widened(uint8_t *to, uint8_t width, const Str *s) {
    if (width != 1)
        return str_copy_widths(to, width, s->data, s->width, s->length);
    str_copy_bytes(to, s->data, s->length);
    return to + s->length;
}

Str *str_join(Thread *thread, Str *separator, const Value *items, size_t count) {
    JoinPlan plan;
    if (count == 1 && is_str(items[0]))
        return str_exact(thread, as_str(items[0]));
    if (!plan_join(thread, separator, items, count, &plan))
        return NULL;
    if (plan.length == 0)
        return thread->interpreter->empty_str;
    Str *result = allocate_inline(thread, plan.length, plan.width, plan.ascii);
    uint8_t *to = result->bytes;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            to = append_widened(to, plan.width, separator);
        to = append_widened(to, plan.width, as_str(items[i]));
    }
    return result;
}

Str *str_join_iterable(Thread *thread, Str *separator, Value iterable) {
    if (has_layout(iterable, LAYOUT_TUPLE)) {
        Tuple *tuple = as_tuple(iterable);
        return str_join(thread, separator, tuple->items, tuple->length);
    }
    if (!is_exactly(iterable, LAYOUT_LIST)) {
        Value iterator = operation_iter(thread, iterable);
        if (is_error(iterator) && error_matches(thread, ERROR_TypeError)) {
            error_clear(thread);
            raise_error(thread, ERROR_TypeError, "can only join an iterable");
        }
        iterable = is_error(iterator) ? iterator : operation_to_list(thread, iterator);
        if (is_error(iterable))
            return NULL;
    }
    List *list = as_list(iterable);
    return str_join(thread, separator, list->items, list->length);
}
