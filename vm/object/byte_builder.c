// SPDX-License-Identifier: MIT
//
// Growth by half each time keeps the cost of appending constant on average. The buffer is resized
// by the heap, in place where it can. Nothing has to be released: when an exception leaves the
// native in the middle of its work, the collector finds the buffer unreachable, as any garbage.
#include "byte_builder.h"

#include "interpreter.h"

void byte_builder_init(ByteBuilder *builder, Thread *thread, size_t capacity) {
    *builder = (ByteBuilder){.thread = thread, .capacity = capacity < 32 ? 32 : capacity};
    builder->data = heap_allocate_bytes(thread_heap(thread), builder->capacity);
}

uint8_t *byte_builder_extend(ByteBuilder *builder, size_t extra) {
    size_t start = builder->length, needed = start + extra;
    if (needed > builder->capacity) {
        size_t capacity = needed + needed / 2;
        builder->data = heap_resize_bytes(thread_heap(builder->thread), builder->data,
                                           builder->capacity, capacity);
        builder->capacity = capacity;
    }
    builder->length = needed;
    return builder->data + start;
}

void byte_builder_add(ByteBuilder *builder, const void *data, size_t length) {
    if (length)
        memcpy(byte_builder_extend(builder, length), data, length);
}

Bytes *byte_builder_finish(ByteBuilder *builder) {
    return bytes_new(builder->thread, builder->data, builder->length);
}
