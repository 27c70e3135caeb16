// SPDX-License-Identifier: MIT
//
// Making bytes objects, showing them, and the view through which everything that wants bytes sees
// bytes, bytearray and memoryview alike (CPython's buffer protocol, cut down to items side by
// side).
#include "bytes.h"

#include "array_object.h"
#include "byte_builder.h"
#include "bytearray.h"
#include "interpreter.h"
#include "memoryview.h"
#include "str_copy.h"
#include "text_builder.h"

static Bytes *allocate(Thread *thread, size_t length, bool filled) {
    if (length > STR_MAX_LENGTH) {
        raise_error(thread, ERROR_MemoryError, "%s", "");
        return NULL;
    }
    size_t size = sizeof(Bytes) + length + 1;
    Type *type = builtin_type(thread, TYPE_bytes);
    Bytes *bytes =
        filled ? object_new_sized(thread, type, size) : object_new_unfilled(thread, type, size);
    bytes->length = length;
    bytes->data = bytes->inline_data;
    return bytes;
}

Bytes *bytes_new(Thread *thread, const void *data, size_t length) {
    Bytes *bytes = allocate(thread, length, data == NULL);
    if (data && length && bytes)
        str_copy_bytes(bytes->inline_data, data, length);
    return bytes;
}

Bytes *bytes_new_unfilled(Thread *thread, size_t length) {
    return allocate(thread, length, false);
}

// The bytes of a memoryview, copied if its items are not next to each other. Nothing if the
// bytearray below it has become too short.
static void view_of_memoryview(Thread *thread, const MemoryView *view, BytesView *result) {
    BytesView base;
    *result = (BytesView){(const uint8_t *)"", 0};
    if (!memoryview_base(view, &base))
        return;
    size_t item = (size_t)view->block;
    *result = (BytesView){base.data + view->start, (size_t)memoryview_bytes(view)};
    if (memoryview_is_contiguous(view))
        return;
    uint8_t *copy = heap_allocate_bytes(thread_heap(thread), result->length + 1);
    for (int64_t i = 0; i < view->length; i++)
        memcpy(copy + (size_t)i * item, base.data + view->start + i * view->step, item);
    result->data = copy;
}

bool bytes_view_gathered(Thread *thread, Value v, BytesView *view) {
    if (is_bytes(v)) {
        *view = (BytesView){as_bytes(v)->data, as_bytes(v)->length};
        return true;
    }
    if (is_bytearray(v)) {
        const ByteArray *array = as_bytearray(v);
        *view = (BytesView){array->data ? array->data : (const uint8_t *)"", array->length};
        return true;
    }
    if (is_array(v)) {
        const Array *array = as_array(v);
        *view = (BytesView){array->data ? array->data : (const uint8_t *)"",
                            array->length * array->kind->size};
        return true;
    }
    if (!is_memoryview(v) || as_memoryview(v)->state != MEMORYVIEW_OPEN)
        return false;
    view_of_memoryview(thread, as_memoryview(v), view);
    return true;
}

// Do the items of a memoryview leave gaps, or go backwards?
static bool is_scattered(Value v) {
    const MemoryView *view = as_memoryview(v);
    return view->state == MEMORYVIEW_OPEN && !memoryview_is_contiguous(view);
}

bool bytes_view_optional(Thread *thread, Value v, BytesView *view) {
    return (!is_memoryview(v) || !is_scattered(v)) && bytes_view_gathered(thread, v, view);
}

bool bytes_view(Thread *thread, Value v, BytesView *view) {
    if (is_memoryview(v) && is_scattered(v))
        return raise_false(thread, ERROR_BufferError,
                           "memoryview: underlying buffer is not C-contiguous");
    return bytes_view_copied(thread, v, view);
}

bool bytes_view_copied(Thread *thread, Value v, BytesView *view) {
    if (is_memoryview(v) && as_memoryview(v)->state == MEMORYVIEW_OPEN &&
        !memoryview_base(as_memoryview(v), view))
        return memoryview_raise_resized(thread);
    if (bytes_view_gathered(thread, v, view))
        return true;
    if (is_memoryview(v))
        return raise_false(thread, ERROR_ValueError,
                           "operation forbidden on released memoryview object");
    return raise_false(thread, ERROR_TypeError, "a bytes-like object is required, not '%s'",
                       type_name(thread, v));
}

bool bytes_view_writable(Thread *thread, Value v, uint8_t **data, size_t *length) {
    BytesView view = {0};
    bool writable = is_bytearray(v) || is_array(v) ||
                    (is_memoryview(v) && !as_memoryview(v)->read_only &&
                     memoryview_is_contiguous(as_memoryview(v)));
    if (!writable)
        return raise_false(thread, ERROR_TypeError,
                           "read-write bytes-like object expected, not '%s'", type_name(thread, v));
    if (!bytes_view(thread, v, &view))
        return false;
    *data = (uint8_t *)(uintptr_t)view.data;
    *length = view.length;
    return true;
}

bool bytes_view_argument(Thread *thread, Value v, const char *subject, uint8_t **data,
                         size_t *length) {
    if (bytes_view_writable(thread, v, data, length))
        return true;
    if (!error_matches(thread, ERROR_TypeError))
        return false;
    error_clear(thread);
    return raise_false(thread, ERROR_TypeError, "%s must be read-write bytes-like object, not %s",
                       subject, argument_type_name(thread, v));
}

static void add_byte(TextBuilder *builder, uint8_t byte, uint8_t quote, bool escape_single) {
    static const char *const named[] = {['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r"};
    if (byte == quote || byte == '\\' || (byte == '\'' && escape_single)) {
        text_builder_put(builder, '\\');
        text_builder_put(builder, byte);
    } else if (byte == '\t' || byte == '\n' || byte == '\r') {
        text_builder_add_c(builder, named[byte]);
    } else if (byte >= ' ' && byte < 0x7f) {
        text_builder_put(builder, byte);
    } else {
        static const char digits[] = "0123456789abcdef";
        char escape[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        text_builder_add_ascii(builder, escape, sizeof escape);
    }
}

Str *bytes_repr(Thread *thread, const uint8_t *data, size_t length, bool escape_single) {
    TextBuilder builder;
    bool single = memchr(data, '\'', length) && !memchr(data, '"', length);
    uint8_t quote = single ? '"' : '\'';
    text_builder_init(&builder, thread);
    text_builder_put(&builder, 'b');
    text_builder_put(&builder, quote);
    for (size_t i = 0; i < length; i++)
        add_byte(&builder, data[i], quote, escape_single);
    text_builder_put(&builder, quote);
    return text_builder_finish(&builder);
}

uint64_t bytes_hash(Thread *thread, const uint8_t *data, size_t length) {
    uint64_t hash = str_hash_raw(thread, data, length);
    return hash ? hash : 1;
}
