// SPDX-License-Identifier: MIT
//
// bytes: an immutable sequence of numbers from 0 to 255.
//
// The data follows the struct; in instances of subclasses it is in a buffer, for their attributes
// come right after the struct.
#pragma once

#include "object.h"

typedef struct Bytes {
    Object object;
    size_t length;
    uint64_t hash; // 0: not yet computed
    const uint8_t *data;
    uint8_t inline_data[]; // with a NUL after the last byte
} Bytes;

static inline bool is_bytes(Value v) {
    return has_layout(v, LAYOUT_BYTES);
}
static inline Bytes *as_bytes(Value v) {
    return (Bytes *)as_object(v);
}
// A copy of `data`; NULL: contents to be filled by the caller through bytes_contents, at once.
Bytes *bytes_new(Thread *thread, const void *data, size_t length);
// The same with contents that the caller writes at once, all of them.
Bytes *bytes_new_unfilled(Thread *thread, size_t length);
static inline uint8_t *bytes_contents(Bytes *bytes) {
    return (uint8_t *)(uintptr_t)bytes->data;
}

// The bytes inside an object that offers them: bytes, bytearray, memoryview ("bytes-like").
typedef struct BytesView {
    const uint8_t *data;
    size_t length;
} BytesView;
// false without an exception if `v` is not bytes-like.
bool bytes_view_optional(Thread *thread, Value v, BytesView *view);
// TypeError "a bytes-like object is required, not 'X'".
// BufferError if it is a memoryview with gaps, which for bytes_view_optional is not bytes-like.
bool bytes_view(Thread *thread, Value v, BytesView *view);
// The same for what takes memoryviews with gaps, too: their items are copied side by side.
bool bytes_view_gathered(Thread *thread, Value v, BytesView *view);
bool bytes_view_copied(Thread *thread, Value v, BytesView *view);
// The memory of a bytearray or of a memoryview of one, for recv_into and the like; TypeError.
bool bytes_view_writable(Thread *thread, Value v, uint8_t **data, size_t *length);
// The same with "SUBJECT must be read-write bytes-like object, not X", as of arguments.
bool bytes_view_argument(Thread *thread, Value v, const char *subject, uint8_t **data,
                         size_t *length);

// repr of `length` bytes as b'...'; `escape_single`: single quotes are escaped even inside double
// ones, as bytearray does.
Str *bytes_repr(Thread *thread, const uint8_t *data, size_t length, bool escape_single);
uint64_t bytes_hash(Thread *thread, const uint8_t *data, size_t length);
// bytes.decode and str.encode. `errors` NULL: "strict". NULL with UnicodeDecodeError,
// UnicodeEncodeError or LookupError (unknown encoding).
Str *bytes_decode(Thread *thread, const uint8_t *data, size_t length, const char *encoding,
                  const char *errors);
Bytes *str_encode(Thread *thread, Str *s, const char *encoding, const char *errors);
// After a failure of one of them in a method that programs call: the exception gets CPython's note
// "decoding with 'X' codec failed". `doing`: "decoding" or "encoding".
void str_codec_note(Thread *thread, const char *doing, const char *encoding_name);
