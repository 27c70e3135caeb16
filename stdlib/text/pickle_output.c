// SPDX-License-Identifier: MIT
//
// Where a pickle goes: bytes, frames, and the memo of what has been written.
//
// The bytes gather in one buffer of the Pickler. From protocol 4 on they are cut into frames, each
// with its length before it, so that a reader can fetch many instructions at a time: room for the
// header is left when a frame begins and filled in when it ends. A frame ends between two objects
// once it has 64 KiB; with a file to write to the buffer then goes out. Bytes and texts of that
// size stand between frames and are given to the file as they are.
//
// The memo is a hash table from an object's address to its number. The sizes of what it holds and
// the opcodes that mention it follow CPython, so that pickles are the same byte for byte.
#include "pickle_parts.h"

#include "bytes.h"
#include "call.h"
#include "heap.h"

enum {
    FRAME_HEADER = PICKLE_FRAME_HEADER,
    FRAME_TARGET = PICKLE_FRAME_TARGET,
    FRAME_MINIMUM = 4,
    FIRST_MEMO = 16
};

// ---- Bytes ----

static void grow(Thread *thread, Pickler *p, size_t extra) {
    Heap *heap = thread_heap(thread);
    size_t capacity = 2 * p->capacity < p->length + extra ? p->length + extra : 2 * p->capacity;
    capacity = capacity < 128 ? 128 : capacity;
    uint8_t *data = heap_allocate_bytes(heap, capacity), *old = p->data;
    if (p->length > 0)
        memcpy(data, old, p->length);
    p->data = data;
    p->capacity = capacity;
    if (old)
        heap_free_buffer(heap, old);
}

uint8_t *pickle_room_slow(Thread *thread, Pickler *p, size_t count) {
    if (p->capacity - p->length < count + FRAME_HEADER)
        grow(thread, p, count + FRAME_HEADER);
    if (p->framing && p->frame_start == PICKLE_NO_FRAME) {
        p->frame_start = p->length;
        p->length += FRAME_HEADER;
    }
    uint8_t *at = p->data + p->length;
    p->length += count;
    return at;
}

void pickle_put(Thread *thread, Pickler *p, const void *data, size_t length) {
    uint8_t *at = pickle_room(thread, p, length);
    if (length > 0)
        memcpy(at, data, length);
}

static void store_little(uint8_t *at, uint64_t n, size_t size) {
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(n >> 8 * i);
}

void pickle_put_number(Thread *thread, Pickler *p, uint8_t opcode, uint64_t n, size_t size) {
    uint8_t *at = pickle_room(thread, p, 1 + size);
    *at = opcode;
    store_little(at + 1, n, size);
}

// ---- Frames ----

static void end_frame(Pickler *p) {
    if (!p->framing || p->frame_start == PICKLE_NO_FRAME)
        return;
    uint8_t *header = p->data + p->frame_start;
    size_t length = p->length - p->frame_start - FRAME_HEADER;
    if (length >= FRAME_MINIMUM) {
        *header = PICKLE_FRAME;
        store_little(header + 1, length, 8);
    } else {
        memmove(header, header + FRAME_HEADER, length);
        p->length -= FRAME_HEADER;
    }
    p->frame_start = PICKLE_NO_FRAME;
}

static bool pickle_write_out(Thread *thread, Pickler *p) {
    Value bytes = value_object(bytes_new(thread, p->data, p->length));
    p->length = 0;
    return !is_error(call_1(thread, p->write, bytes));
}

bool pickle_end_full_frame(Thread *thread, Pickler *p) {
    end_frame(p);
    return is_undefined(p->write) || pickle_write_out(thread, p);
}

// What is as large as a frame and goes to a file need not be copied.
static bool hand_over(Thread *thread, Pickler *p, const uint8_t *data, size_t length, Value owner) {
    if (!pickle_write_out(thread, p))
        return false;
    bool whole = is_exactly(owner, LAYOUT_BYTES);
    Value bytes = whole ? owner : value_object(bytes_new(thread, data, length));
    return !is_error(call_1(thread, p->write, bytes));
}

bool pickle_put_large(Thread *thread, Pickler *p, const uint8_t *header, size_t header_size,
                      const uint8_t *data, size_t length, Value owner) {
    bool framing = p->framing, large = length >= FRAME_TARGET, good = true;
    if (large) {
        end_frame(p);
        p->framing = false;
    }
    pickle_put(thread, p, header, header_size);
    if (large && !is_undefined(p->write))
        good = hand_over(thread, p, data, length, owner);
    else
        pickle_put(thread, p, data, length);
    p->framing = framing;
    return good;
}

void pickle_begin(Thread *thread, Pickler *p) {
    p->length = 0;
    p->framing = false;
    p->frame_start = PICKLE_NO_FRAME;
    p->fast_depth = 0;
    p->fast_memo = NULL;
    if (p->protocol >= 2)
        pickle_put_number(thread, p, PICKLE_PROTO, (uint64_t)p->protocol, 1);
    p->framing = p->protocol >= 4;
}

bool pickle_end(Thread *thread, Pickler *p) {
    pickle_put_byte(thread, p, PICKLE_STOP);
    end_frame(p);
    p->framing = false;
    return is_undefined(p->write) || pickle_write_out(thread, p);
}

// ---- The memo ----

static inline __attribute__((always_inline)) size_t place_of(const PickleMemo *memo, Value v) {
    return (size_t)((v.bits >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & memo->mask;
}

// The entry of `v`, or the free one where it would be.
static inline PickleMemoEntry *probe(const PickleMemo *memo, Value v) {
    size_t i = place_of(memo, v);
    while (memo->entries[i].object.bits != 0 && memo->entries[i].object.bits != v.bits)
        i = (i + 1) & memo->mask;
    return &memo->entries[i];
}

const PickleMemoEntry *pickle_memo_find(const PickleMemo *memo, Value v) {
    if (memo->used == 0)
        return NULL;
    const PickleMemoEntry *entry = probe(memo, v);
    return entry->object.bits != 0 ? entry : NULL;
}

static void grow_memo(Thread *thread, PickleMemo *memo) {
    size_t size = memo->entries ? 2 * (memo->mask + 1) : FIRST_MEMO;
    PickleMemo larger = {.mask = size - 1, .used = memo->used, .next = memo->next};
    larger.entries =
        heap_allocate(thread_heap(thread), CELL_BUFFER, size * sizeof(PickleMemoEntry));
    for (size_t i = 0; memo->entries && i <= memo->mask; i++)
        if (memo->entries[i].object.bits != 0)
            *probe(&larger, memo->entries[i].object) = memo->entries[i];
    PickleMemoEntry *old = memo->entries;
    *memo = larger;
    if (old)
        heap_free_buffer(thread_heap(thread), old);
}

void pickle_memo_add(Thread *thread, PickleMemo *memo, Value v, size_t index) {
    if (memo->entries == NULL || 2 * (memo->used + 1) > memo->mask + 1)
        grow_memo(thread, memo);
    PickleMemoEntry *entry = probe(memo, v);
    memo->used += entry->object.bits == 0;
    *entry = (PickleMemoEntry){v, index};
}

void pickle_memo_clear(PickleMemo *memo) {
    *memo = (PickleMemo){0};
}

static void put_line(Thread *thread, Pickler *p, char opcode, size_t index) {
    char line[24];
    int length = snprintf(line, sizeof line, "%c%zu\n", opcode, index);
    pickle_put(thread, p, line, (size_t)length);
}

bool pickle_memoize(Thread *thread, Pickler *p, Value v) {
    if (p->fast)
        return true;
    size_t index = p->memo.next++;
    if (!is_undefined(v))
        pickle_memo_add(thread, &p->memo, v, index);
    if (p->protocol >= 4)
        pickle_put_byte(thread, p, PICKLE_MEMOIZE);
    else if (!p->binary)
        put_line(thread, p, PICKLE_PUT, index);
    else if (index < 256)
        pickle_put_number(thread, p, PICKLE_BINPUT, index, 1);
    else if (index <= UINT32_MAX)
        pickle_put_number(thread, p, PICKLE_LONG_BINPUT, index, 4);
    else
        return pickling_error(thread, "memo id too large for LONG_BINPUT");
    return true;
}

void pickle_put_get(Thread *thread, Pickler *p, size_t index) {
    if (!p->binary)
        put_line(thread, p, PICKLE_GET, index);
    else if (index < 256)
        pickle_put_number(thread, p, PICKLE_BINGET, index, 1);
    else
        pickle_put_number(thread, p, PICKLE_LONG_BINGET, index, 4);
}
