// SPDX-License-Identifier: MIT
//
// str: an immutable sequence of Unicode code points.
//
// Each string is stored with the narrowest of 1, 2 or 4 bytes per code point that holds its
// largest one, so s[i] is one indexed load for every string, and text in Latin letters takes a
// byte each. (CPython does the same since 3.3; see PEP 393.) UTF-8 is only made on the way out.
//
// `data` points at the bytes that follow the struct, or into a StrBuffer. A StrBuffer has room
// after its used part, and several strings may begin at its start: when the left operand of a
// concatenation ends exactly where the used part ends, the right operand is written behind it and
// the result shares the buffer. Strings never change, so nobody can tell, and `s += x` in a loop
// costs O(n) altogether. Instances of subclasses always use a StrBuffer, because the attributes of
// such an instance come right after the struct. A slice that is most of a long text is a *part* of
// it: its data points into that text, which it keeps alive, and nothing is copied.
#pragma once

#include <stdarg.h>

#include "object.h"

struct Str {
    Object object;
    uint32_t hash; // 0: not yet computed
    uint8_t width; // bytes per code point: 1, 2 or 4
    bool ascii;    // all code points are below 128
    bool interned; // equal interned strings are the same object
    uint8_t tag;   // such that the second word never is an address: a StrTag
    size_t length; // in code points
    const void *data;
    uint8_t bytes[]; // with a NUL code point after the last one
};
typedef enum StrTag { STR_TAG = 0xff, STR_PART_TAG = 0xfe } StrTag;
enum { STR_MAX_CODE_POINT = 0x10ffff };

typedef struct StrBuffer {
    size_t used;     // bytes in use by the longest string in it
    size_t capacity; // of `bytes`, terminator not counted
    uint8_t bytes[];
} StrBuffer;

// The longest string that may be made, in code points.
#define STR_MAX_LENGTH ((size_t)INT64_MAX / 8)

static inline bool is_str(Value v) {
    return has_layout(v, LAYOUT_STR);
}
static inline Str *as_str(Value v) {
    return (Str *)as_object(v);
}
static inline uint32_t str_char_at(const Str *s, size_t index) {
    if (s->width == 1)
        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what has a length has data
        return ((const uint8_t *)s->data)[index];
    if (s->width == 2)
        return ((const uint16_t *)s->data)[index];
    return ((const uint32_t *)s->data)[index];
}
// The Latin-1 bytes of a string whose width is 1.
static inline const uint8_t *str_bytes(const Str *s) {
    return s->data;
}

// Fill interpreter->empty_str, latin1 and interned. builtin_type(thread, TYPE_str) must exist (it
// may be unfinished).
void str_bootstrap(Thread *thread);

// From UTF-8; lone surrogates are accepted, broken sequences become U+FFFD.
Str *str_new_utf8(Thread *thread, const char *text, size_t length);
Str *str_from_c(Thread *thread, const char *text);
Str *str_new_latin1(Thread *thread, const void *bytes, size_t length);
Str *str_new_ucs4(Thread *thread, const uint32_t *code_points, size_t length);
// A string whose contents the caller fills at once, through str_contents; `max_code_point` must be
// the largest or a larger one of the same width and ASCII-ness.
Str *str_new_uninitialised(Thread *thread, size_t length, uint32_t max_code_point);
static inline void *str_contents(Str *s) {
    return (void *)(uintptr_t)s->data;
}
static inline void str_put(Str *s, size_t index, uint32_t code_point) {
    if (s->width == 1)
        ((uint8_t *)str_contents(s))[index] = (uint8_t)code_point;
    else if (s->width == 2)
        ((uint16_t *)str_contents(s))[index] = (uint16_t)code_point;
    else
        ((uint32_t *)str_contents(s))[index] = code_point;
}
// One character; cached for Latin-1.
Str *str_from_code_point(Thread *thread, uint32_t code_point);
// As sprintf, %s takes UTF-8.
Str *str_format(Thread *thread, const char *format, ...) __attribute__((format(printf, 2, 3)));
Str *str_format_v(Thread *thread, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
// `s` itself, or a copy as an exact str if it is an instance of a subclass.
Str *str_exact(Thread *thread, Str *s);

// NULL with MemoryError only if the result would be longer than STR_MAX_LENGTH.
Str *str_concat(Thread *thread, Str *a, Str *b);
Str *str_repeat(Thread *thread, Str *s, int64_t count);
// Code points [start, end), which must lie within the string.
Str *str_slice(Thread *thread, Str *s, size_t start, size_t end);
// `count` code points from `start`, each `step` apart.
Str *str_slice_step(Thread *thread, Str *s, int64_t start, int64_t step, size_t count);
// sep.join(items); NULL with TypeError if one is not a str.
Str *str_join(Thread *thread, Str *separator, const Value *items, size_t count);
Str *str_join_iterable(Thread *thread, Str *separator, Value iterable);
// The repr, quotes included.
Str *str_repr(Thread *thread, Str *s);
// `s` with each character beyond ASCII replaced by its escape: what ascii() does to a repr.
Str *str_escape_beyond_ascii(Thread *thread, Str *s);

bool str_equal_contents(const Str *a, const Str *b);
static inline bool str_equal(const Str *a, const Str *b) {
    if (a == b)
        return true;
    if (a->length != b->length || a->width != b->width || (a->interned && b->interned))
        return false;
    if (a->hash != b->hash && a->hash && b->hash)
        return false;
    return str_equal_contents(a, b);
}
bool str_equal_c(const Str *s, const char *ascii);
// Negative, 0 or positive, by code points.
int str_compare(const Str *a, const Str *b);
uint32_t str_hash_contents(Thread *thread, Str *s);
// Never 0.
static inline uint32_t str_hash(Thread *thread, Str *s) {
    return s->hash ? s->hash : str_hash_contents(thread, s);
}
// The one string that stands for all equal to `s`; interned strings live as long as the
// interpreter.
Str *str_intern(Thread *thread, Str *s);
Str *str_intern_c(Thread *thread, const char *text);
// The same from UTF-8; makes no object if the text is ASCII and known.
Str *str_intern_utf8(Thread *thread, const char *text, size_t length);
// For the collector's roots.
// What is interned now is about to be kept by the collector for good: from now on it has to look at
// those interned later only.
void str_keep_interned(Thread *thread);
void str_mark_interned(Marker *marker, Interpreter *interpreter);

// Index of the first / last occurrence of `needle` inside [start, end), or -1.
int64_t str_find(const Str *s, const Str *needle, size_t start, size_t end);
int64_t str_rfind(const Str *s, const Str *needle, size_t start, size_t end);
size_t str_count(const Str *s, const Str *needle, size_t start, size_t end);
// 1, 0
bool str_starts_with_at(const Str *s, size_t index, const Str *part);

// The text as NUL-terminated UTF-8 (lone surrogates as three bytes); ASCII strings mostly without
// copying. Valid while `s` and the pointer itself can be found on a stack.
const char *str_text(Thread *thread, Str *s);
const char *str_utf8(Thread *thread, Str *s, size_t *length);
// Whether it could be a name; keywords count too.
bool str_is_identifier(Str *s);
