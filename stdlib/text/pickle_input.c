// SPDX-License-Identifier: MIT
//
// Where a pickle comes from: bytes that are all there, or a file that is read bit by bit.
//
// Of a file no more is read than belongs to the pickle, for another may follow. A file that can
// peek shows many bytes at once, and is told afterwards how many have been used; of the others each
// instruction is fetched by itself, but for those in frames, which say how long they are. A length
// in a pickle is only believed as far as bytes come: long ones are read in pieces.
#include "pickle_parts.h"

#include "attribute.h"
#include "byte_builder.h"
#include "call.h"
#include "heap.h"
#include "str.h"

enum { PREFETCH = 128 * 1024, PIECE = 1024 * 1024 };

void unpickle_set_input(Unpickler *u, Value bytes) {
    u->input = bytes;
    u->data = as_bytes(bytes)->data;
    u->length = as_bytes(bytes)->length;
    u->next = 0;
    u->prefetched = u->length;
}

static const uint8_t *truncated(Thread *thread, const Unpickler *u) {
    if (u->at_code)
        error_raise(thread, ERROR_EOFError, "Ran out of input");
    else
        pickle_raise(thread, "UnpicklingError", "pickle data was truncated");
    return NULL;
}

// The answer of file.read and its like as bytes.
static bool take_answer(Thread *thread, Unpickler *u, Value answer) {
    BytesView view;
    if (is_error(answer))
        return false;
    if (is_exactly(answer, LAYOUT_BYTES)) {
        unpickle_set_input(u, answer);
        return true;
    }
    if (!bytes_view(thread, answer, &view))
        return false;
    unpickle_set_input(u, value_object(bytes_new(thread, view.data, view.length)));
    return true;
}

bool unpickle_skip_used(Thread *thread, Unpickler *u) {
    if (is_undefined(u->read) || u->next <= u->prefetched)
        return true;
    size_t used = u->next - u->prefetched;
    u->prefetched = u->next;
    return !is_error(call_1(thread, u->read, value_small_int((int64_t)used)));
}

// What the file can show, if that is `count` bytes or more: 1, else 0; -1: exception.
static int peek(Thread *thread, Unpickler *u, size_t count) {
    if (is_undefined(u->peek) || count >= PREFETCH)
        return 0;
    Value shown = call_1(thread, u->peek, value_small_int(PREFETCH));
    if (is_error(shown) && error_matches(thread, ERROR_NotImplementedError)) {
        error_clear(thread);
        u->peek = VALUE_UNDEFINED;
        return 0;
    }
    if (!take_answer(thread, u, shown))
        return -1;
    u->prefetched = 0;
    return count <= u->length;
}

// As many bytes as come, up to `count`, in pieces that grow with what has come.
static bool read_pieces(Thread *thread, Unpickler *u, size_t count) {
    ByteBuilder all;
    byte_builder_init(&all, thread, PIECE);
    for (size_t piece = PIECE; all.length < count; piece = all.length) {
        size_t wanted = count - all.length < piece ? count - all.length : piece;
        Value answer = call_1(thread, u->read, value_small_int((int64_t)wanted));
        if (!take_answer(thread, u, answer))
            return false;
        if (u->length == 0)
            break;
        byte_builder_add(&all, u->data, u->length < wanted ? u->length : wanted);
    }
    unpickle_set_input(u, value_object(byte_builder_finish(&all)));
    return true;
}

const uint8_t *unpickle_take_slow(Thread *thread, Unpickler *u, size_t count) {
    if (is_undefined(u->read))
        return truncated(thread, u);
    int shown = unpickle_skip_used(thread, u) ? peek(thread, u, count) : -1;
    if (shown < 0)
        return NULL;
    if (shown == 0) {
        bool good =
            count > PIECE
                ? read_pieces(thread, u, count)
                : take_answer(thread, u, call_1(thread, u->read, value_small_int((int64_t)count)));
        if (!good)
            return NULL;
        u->prefetched = u->length;
    }
    if (u->length < count)
        return truncated(thread, u);
    u->next = count;
    return u->data;
}

static const uint8_t *find_line_end(const Unpickler *u) {
    size_t left = u->length - u->next;
    return left > 0 ? memchr(u->data + u->next, '\n', left) : NULL;
}

const uint8_t *unpickle_take_line(Thread *thread, Unpickler *u, size_t *length) {
    const uint8_t *end = find_line_end(u);
    if (!end && !is_undefined(u->read)) {
        if (!unpickle_skip_used(thread, u) || !take_answer(thread, u, call_0(thread, u->readline)))
            return NULL;
        end = find_line_end(u);
    }
    if (!end)
        return truncated(thread, u);
    const uint8_t *start = u->data + u->next;
    *length = (size_t)(end - start);
    u->next += *length + 1;
    return start;
}

bool unpickle_take_number(Thread *thread, Unpickler *u, size_t size, uint64_t *n) {
    const uint8_t *at = unpickle_take(thread, u, size);
    *n = 0;
    for (size_t i = 0; at && i < size; i++)
        *n |= (uint64_t)at[i] << 8 * i;
    return at != NULL;
}
