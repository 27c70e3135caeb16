// SPDX-License-Identifier: MIT
//
// Putting bytes together piece by piece; the counterpart of text_builder.h for bytes. The memory is
// a buffer of Mini's heap, found through the local variable that the builder is.
#pragma once

#include "bytes.h"

typedef struct ByteBuilder {
    Thread *thread;
    uint8_t *data;
    size_t length;
    size_t capacity;
} ByteBuilder;

void byte_builder_init(ByteBuilder *builder, Thread *thread, size_t capacity);
// Make room for `extra` bytes and return where they go; the length grows by `extra`.
uint8_t *byte_builder_extend(ByteBuilder *builder, size_t extra);
void byte_builder_add(ByteBuilder *builder, const void *data, size_t length);
static inline void byte_builder_put(ByteBuilder *builder, uint8_t byte) {
    if (builder->length < builder->capacity)
        builder->data[builder->length++] = byte;
    else
        *byte_builder_extend(builder, 1) = byte;
}
Bytes *byte_builder_finish(ByteBuilder *builder);
